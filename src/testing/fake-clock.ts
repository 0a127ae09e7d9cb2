import type { Cancel, Clock } from '../ports/clock';

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A clock that advances only when the test says so. */
export class FakeClock implements Clock {
  #elapsed = 0;
  #epoch: number;
  readonly #tasks = new Set<Task>();

  /** @param startAt - the wall clock's first reading, in milliseconds since the Unix epoch */
  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#epoch = startAt;
  }

  /** How many scheduled tasks wait: 0 after everything was closed. */
  get waiting(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#epoch + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  precise(): number {
    return this.#elapsed;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const task: Task = { dueAt: this.#elapsed + Math.max(0, delayMs), run };
    this.#tasks.add(task);
    return () => {
      this.#tasks.delete(task);
    };
  }

  /**
   * Advances the time. Every task runs at its instant, and all promises that it settles run before the next task, so that tasks which are
   * scheduled meanwhile run too.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settled();
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, task.dueAt);
      this.#tasks.delete(task);
      task.run();
      await settled();
    }
    this.#elapsed = Math.max(this.#elapsed, end);
  }

  /** Sets the wall clock forward or back, as NTP or an administrator does. `elapsed` and timers do not change. */
  jumpWall(ms: number): void {
    this.#epoch += ms;
  }

  /** The earliest, and among equals the one that was scheduled first. */
  #next(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueAt <= end && (next === undefined || task.dueAt < next.dueAt)) next = task;
    }
    return next;
  }
}

/** Resolves in the next turn of the event loop, after microtasks of any depth. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
