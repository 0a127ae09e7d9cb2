import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Cancel, Clock } from '../../ports/clock';
import type { ProbeSettings } from './probe-settings';

export interface HeartbeatParts {
  /** Sends a PING. Rejects with an error whose message may be logged: without secrets and keys. */
  readonly ping: () => Promise<unknown>;
  /** The number of replies of the server so far. While it grows, no PING is needed. */
  readonly traffic: (() => number) | undefined;
  readonly clock: Clock;
  readonly settings: ProbeSettings;
  readonly onAlive: () => void;
  readonly onUnresponsive: (reason: string) => void;
}

/** Sends a PING at intervals: one at a time, each with a deadline. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  /** Number of the PING whose reply counts. */
  #current = 0;
  #answersSeen: number | undefined;
  #cancel: Cancel = () => undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** Sends a PING at once, and ignores the reply to an earlier one. */
  start(): void {
    this.#send();
  }

  /** Next PING after `retryMs`. */
  restartLater(): void {
    this.stop();
    this.#next(this.#parts.settings.retryMs, () => this.#send());
  }

  /** Ignores the reply to a PING that is in flight. */
  stop(): void {
    this.#current += 1;
    this.#cancel();
  }

  /** A reply after the deadline is not taken for a sign of life; it causes the next PING at once. */
  #send(): void {
    const { settings, onUnresponsive } = this.#parts;
    const current = ++this.#current;
    let overdue = false;
    this.#cancel();
    this.#cancel = scheduleLoopTime(settings.pingDeadlineMs, this.#parts.clock, () => {
      overdue = true;
      this.#next(settings.overdueRetryMs, () => this.#send());
      onUnresponsive(`no answer to PING within ${settings.pingDeadlineMs} ms`);
    });
    void this.#ping().then((refusal) => {
      if (current !== this.#current) return;
      if (refusal !== undefined) this.#refused(refusal);
      else if (overdue) this.#send();
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
    this.#next(this.#parts.settings.pingIntervalMs, () => this.#sendUnlessBusy());
    this.#parts.onAlive();
  }

  #refused(reason: string): void {
    this.#next(this.#parts.settings.retryMs, () => this.#send());
    this.#parts.onUnresponsive(reason);
  }

  #sendUnlessBusy(): void {
    if (this.#parts.traffic?.() === this.#answersSeen) this.#send();
    else this.#answered();
  }

  #next(delayMs: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.schedule(delayMs, task);
  }
}
