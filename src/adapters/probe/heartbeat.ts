import type { Cancel, Clock } from '../../ports/clock';
import type { ProbeSettings } from './probe-settings';

export interface HeartbeatParts {
  /** Asks the server for a sign of life. Rejects with an error whose message people may see: no secret, no key. */
  readonly ping: () => Promise<unknown>;
  /** Counts what the server has answered so far: while it moves, nobody has to ask. */
  readonly traffic: (() => number) | undefined;
  readonly clock: Clock;
  readonly settings: ProbeSettings;
  readonly onAlive: () => void;
  readonly onSilent: (reason: string) => void;
}

/** Asks again and again whether the server is there: one question at a time, each with a deadline. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #question = 0;
  #answersSeen: number | undefined;
  #cancel: Cancel = () => undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** Asks at once, whatever was asked before. */
  start(): void {
    this.#ask();
  }

  /** Asks after the time that a refused question takes to be asked again. */
  restartLater(): void {
    this.stop();
    this.#next(this.#parts.settings.retryMs, () => this.#ask());
  }

  /** An answer that is still under way will not be heard. */
  stop(): void {
    this.#question += 1;
    this.#cancel();
  }

  /** An overdue answer does not count, but is a reason to ask again at once. */
  #ask(): void {
    const { settings, onSilent } = this.#parts;
    const question = ++this.#question;
    let overdue = false;
    this.#next(settings.pingDeadlineMs, () => {
      overdue = true;
      this.#next(settings.abandonMs, () => this.#ask());
      onSilent(`no answer to PING within ${settings.pingDeadlineMs} ms`);
    });
    void this.#ping().then((refusal) => {
      if (question !== this.#question) return;
      if (refusal !== undefined) this.#refused(refusal);
      else if (overdue) this.#ask();
      else this.#answered();
    });
  }

  async #ping(): Promise<string | undefined> {
    try {
      await this.#parts.ping();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'PING failed';
    }
  }

  #answered(): void {
    this.#answersSeen = this.#parts.traffic?.();
    this.#next(this.#parts.settings.pingIntervalMs, () => this.#askUnlessBusy());
    this.#parts.onAlive();
  }

  #refused(reason: string): void {
    this.#next(this.#parts.settings.retryMs, () => this.#ask());
    this.#parts.onSilent(reason);
  }

  #askUnlessBusy(): void {
    if (this.#parts.traffic?.() === this.#answersSeen) this.#ask();
    else this.#answered();
  }

  #next(delayMs: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.schedule(delayMs, task);
  }
}
