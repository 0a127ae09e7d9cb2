let consumed = 0;

/** Takes a result, so that V8 cannot leave out the work that made it. */
export function consume(result: number): void {
  consumed += result;
  if (Number.isNaN(consumed)) throw new Error('a subject returned another value than the stored one');
}
