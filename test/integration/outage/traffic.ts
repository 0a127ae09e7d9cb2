import { expect } from 'chai';
import type { Cache } from '../../../src/domain/cache';
import { deadlineMs, slackMs, written } from './answers';
import type { LagMeter } from './lag-meter';
import { timed } from './timed';

const everyMs = 20;
const readsPerWrap = 5;

/** An application that goes on asking, before, during and after the trouble, and expects to be answered in time. */
export class Traffic {
  readonly #cache: Cache;
  readonly #lag: LagMeter;
  readonly #calls: Promise<void>[] = [];
  readonly #deleted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(cache: Cache, lag: LagMeter) {
    this.#cache = cache;
    this.#lag = lag;
  }

  /** Resolves when the first call was answered; later calls of it change nothing. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => {
      this.#call();
    }, everyMs);
    this.#call();
    await this.#calls[0];
  }

  /** From now on these keys are read too, and have to be misses. */
  watchDeleted(...keys: readonly string[]): void {
    for (const key of keys) this.#deleted.add(key);
  }

  /** Rejects when a call was answered wrongly, late, or with a rejection. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#calls);
  }

  #call(): void {
    const count = this.#calls.length;
    const call = count % readsPerWrap === 0 ? this.#wrap(`traffic-${count}`) : this.#read(`traffic-${count}`, ...this.#deleted);
    // Reported by `stop`, and until then no unhandled rejection.
    call.catch(() => undefined);
    this.#calls.push(call);
  }

  async #wrap(key: string): Promise<void> {
    const { answer, netMs } = await timed(this.#lag, () => this.#cache.wrap(key, () => written));
    expect(answer).to.equal(written);
    expect(netMs, 'a wrap in the traffic').to.be.below(deadlineMs.wrap + slackMs);
  }

  async #read(...keys: readonly string[]): Promise<void> {
    const { answer, netMs } = await timed(this.#lag, () => this.#cache.getMany(keys));
    expect(answer, `${keys.join()} in the traffic`).to.deep.equal(keys.map(() => undefined));
    expect(netMs, 'a read in the traffic').to.be.below(deadlineMs.cold + slackMs);
  }
}
