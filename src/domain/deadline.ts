import type { Clock } from '../ports/clock';

/**
 * The outcome of the work, or a rejection with `late()` once the time is up. What the work does after that is nobody's business.
 * An event loop that was blocked gets a last turn, so that an answer which has long been there is read first.
 */
export function withDeadline<T>(work: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let cancel = clock.schedule(ms, () => {
      cancel = clock.schedule(0, () => {
        reject(late());
      });
    });
    const end = (): void => {
      cancel();
    };
    work.then(resolve, reject).then(end, end);
  });
}
