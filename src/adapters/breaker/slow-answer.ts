/** Takes an answer past opossum, which has to count a failure, to the caller, who has to get it. */
export class SlowAnswer extends Error {
  constructor(readonly answer: unknown) {
    super('the answer was slow');
  }
}
