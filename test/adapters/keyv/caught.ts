/** The error that a function throws; `undefined` if it does not throw. */
export function caught(act: () => unknown): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
