import type { Answer } from './answer';

/**
 * The main function of a question: its answer goes to the parent, by `process.send`.
 * The process ends with it, so peers need not be closed.
 */
export function answerWith(question: () => Promise<Answer>): void {
  question().then(
    (answer) => process.send?.(answer, () => process.exit()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
