/** The handles that keep this process alive; a turn later, because mocha's own timer begins after the test. */
export async function alive(): Promise<string> {
  await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().sort().join(' ');
}
