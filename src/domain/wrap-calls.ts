import type { CacheKey } from '../ports/cache-key';
import { resolveWrap, type CallLife, type WrapOptions } from './call-options';
import type { LocalEntry } from './entry';
import { hasSanitizerFailed } from './guarded-sanitizer';
import { besidesLane, laneOf } from './lane';
import type { Landing } from './landing';
import type { Lifecycle } from './lifecycle';
import type { Loader } from './load-context';
import type { Ttl } from './options';
import type { LifeSettings } from './settings';
import { hasPassed } from './payload-guard';
import type { ReadThrough } from './read-through';

/** The arguments of one `wrap`, as they were given. */
export interface WrapCall<V> {
  readonly givenKey: string;
  readonly loader: Loader<V>;
  readonly options: WrapOptions | Ttl | undefined;
}

/** The way of a `wrap` that layer 1 could not answer: its options are looked at here, and not before. */
export class WrapCalls {
  readonly #readThrough: ReadThrough;
  readonly #lifecycle: Lifecycle;
  readonly #life: LifeSettings;

  constructor(readThrough: ReadThrough, lifecycle: Lifecycle, life: LifeSettings) {
    this.#readThrough = readThrough;
    this.#lifecycle = lifecycle;
    this.#life = life;
  }

  /** Not `async`, nor is what it calls: thousands may wait here for one load. */
  run<V, T>(key: CacheKey, { givenKey, loader, options }: WrapCall<V>, pick: (landing: Landing) => T): Promise<T> {
    const answers = this.#lifecycle.answers('wrap');
    const demand = { key, lane: laneOf(options), givenKey, loader, life: this.#lifeOf(options) };
    return answers ? this.#readThrough.fetch(demand, pick) : this.#readThrough.loadAlone(demand, pick);
  }

  /** Where the sanitizer has failed there is no key, and so no cache; the caller gets the value all the same. */
  async withoutKey<V, T>(error: unknown, { givenKey, loader, options }: WrapCall<V>, pick: (landing: Landing) => T): Promise<T> {
    if (!hasSanitizerFailed(error)) throw error;
    return this.#readThrough.loadAlone({ givenKey, loader, life: this.#lifeOf(options) }, pick);
  }

  /** Whether a fresh value is the end of it: it need neither be renewed ahead of time, nor be looked at once more. */
  isEnough({ origin }: LocalEntry, options: WrapOptions | Ttl | undefined): boolean {
    if (this.#life.refreshAhead !== undefined) return false;
    if (typeof options !== 'object') return true;
    return options.refreshAhead === undefined && (origin === undefined || hasPassed(origin, options));
  }

  #lifeOf(options: WrapOptions | Ttl | undefined): CallLife {
    return resolveWrap('wrap', besidesLane(options), this.#life);
  }
}
