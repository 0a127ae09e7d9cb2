/** The reason of a rejected promise, of any type. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (reason) {
    return reason;
  }
  throw new Error('the promise was expected to be rejected');
}
