import type { CacheKey } from '../ports/cache-key';
import { resolveWrap, type WrapOptions } from './call-options';
import { hasSanitizerFailed } from './guarded-sanitizer';
import type { Landing } from './landing';
import type { Lifecycle } from './lifecycle';
import type { Loader } from './load-context';
import type { Ttl } from './options';
import type { LifeSettings } from './settings';
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
    const demand = { key, givenKey, loader, life: resolveWrap('wrap', options, this.#life) };
    return answers ? this.#readThrough.fetch(demand, pick) : this.#readThrough.loadAlone(demand, pick);
  }

  /** Where the sanitizer has failed there is no key, and so no cache; the caller gets the value all the same. */
  async withoutKey<V, T>(error: unknown, { givenKey, loader, options }: WrapCall<V>, pick: (landing: Landing) => T): Promise<T> {
    if (!hasSanitizerFailed(error)) throw error;
    return this.#readThrough.loadAlone({ givenKey, loader, life: resolveWrap('wrap', options, this.#life) }, pick);
  }

  /** Whether a fresh value is not the end of it. */
  mayRefreshAhead(options: WrapOptions | Ttl | undefined): boolean {
    return this.#life.refreshAhead !== undefined || (typeof options === 'object' && options.refreshAhead !== undefined);
  }
}
