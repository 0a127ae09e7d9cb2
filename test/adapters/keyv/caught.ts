/** What a function throws; `undefined` when it does not. */
export function caught(act: () => unknown): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
