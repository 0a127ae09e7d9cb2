/** What a promise was rejected with, whatever it is. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (reason) {
    return reason;
  }
  throw new Error('the promise was expected to be rejected');
}
