import type { Clock } from '../ports/clock';

/** The outcome of the work, or a rejection with `late()` once the time is up. What the work does after that is nobody's business. */
export function withDeadline<T>(work: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.schedule(ms, () => {
      reject(late());
    });
    work.then(resolve, reject).finally(cancel);
  });
}
