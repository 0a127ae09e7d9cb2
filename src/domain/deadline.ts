import type { Clock } from '../ports/clock';

/**
 * Settles as the work does, or rejects with `late()` after `ms`; the later outcome of the work is ignored.
 * When the time is up the event loop gets one more turn, so that an answer that arrived while the loop was blocked is read first.
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
