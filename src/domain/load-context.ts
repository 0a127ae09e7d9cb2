import { resolveWrap, type CallLife } from './call-options';
import type { TtlOption } from './options';

/** Loads a value that the cache does not have. `undefined` means "nothing to store": it is returned, and nothing is written. */
export type Loader<T> = (context: LoadContext) => T | Promise<T>;

/** What is left of an older value while a new one is loaded. */
export interface StaleValue {
  readonly value: unknown;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
}

/** A loader's view of the call that it works for. What it changes here holds for this load only. */
export class LoadContext {
  #life: CallLife;
  #skipped = false;

  constructor(
    /** The key as the caller gave it. */
    readonly key: string,
    life: CallLife,
    /** Aborted when the cache closes. */
    readonly signal: AbortSignal,
    /** The newest older value that any tier still has, usable or not; `undefined` if there is none. */
    readonly stale: StaleValue | undefined,
  ) {
    this.#life = life;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` */
  setTtl(ttl: TtlOption): void {
    this.#life = { ...resolveWrap('setTtl', { ttl }, this.#life), tags: this.#life.tags };
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` */
  setTags(tags: readonly string[]): void {
    this.#life = resolveWrap('setTags', { tags }, this.#life);
  }

  /** Returns the value to the callers and stores it nowhere. */
  skip(): void {
    this.#skipped = true;
  }

  /** @internal */
  get life(): CallLife {
    return this.#life;
  }

  /** @internal */
  get skipped(): boolean {
    return this.#skipped;
  }
}
