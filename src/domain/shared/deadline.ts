import type { Cancel, Clock } from '../../ports/clock';

/** In milliseconds: of a longer block of the event loop only as much is counted. */
const longestStepMs = 100;

/**
 * Runs the task after `ms` during which the event loop was turning. Time that the process was busy or suspended is not counted: it could
 * neither send nor read anything then, so it proves nothing about a server.
 *
 * The time is counted in steps. A step during which the loop was blocked ends late and counts as one step all the same. After the last step
 * the loop gets one more turn, so that an answer that arrived meanwhile is read first.
 */
export function scheduleLoopTime(ms: number, clock: Clock, task: () => void): Cancel {
  let cancel: Cancel;
  const wait = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, longestStepMs);
    cancel = clock.schedule(stepMs, () => {
      if (leftMs > stepMs) wait(leftMs - stepMs);
      else cancel = clock.schedule(0, task);
    });
  };
  wait(ms);
  return () => {
    cancel();
  };
}

/** Settles as the work does, or rejects with `late()` after `ms` of loop time; the later outcome of the work is ignored. */
export function withDeadline<T>(work: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = scheduleLoopTime(ms, clock, () => {
      reject(late());
    });
    work.then(resolve, reject).then(cancel, cancel);
  });
}
