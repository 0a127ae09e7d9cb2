import type { Clock } from '../../ports/clock';
import { resolveWrap, type CallLife } from '../options/call-options';
import type { TtlOption } from '../options/options';
import { notStored, type LoadResult } from './read-result';

/** Loads a value that the cache does not have. `undefined` means "nothing to store": it is returned, and nothing is written. */
export type Loader<T> = (context: LoadContext) => T | Promise<T>;

/** What is left of an older value while a new one is loaded. */
export interface StaleValue {
  readonly value: unknown;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
}

export interface SkipOptions {
  /** What becomes of an older value. @defaultValue `'delete'` */
  readonly stale?: 'delete' | 'keep';
}

export interface LifeLimits {
  /** Milliseconds above 0; `undefined` for no limit. */
  readonly ttlMs: number | undefined;
  /** Whether the value may be served after its ttl. */
  readonly servesStale: boolean;
}

/** A loader's view of the call that it works for. What it changes here holds for this load only. */
export class LoadContext {
  #life: CallLife;
  #skipped = false;
  #keepsStale = false;

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

  /**
   * Returns the value to the callers and stores it nowhere. An older value ends with it, in both tiers, because it is no longer what the source says.
   * A loader that returns `undefined` has the same effect.
   * @param options - `stale: 'keep'` leaves an older value as it is, for a load that has learned nothing about it
   */
  skip({ stale = 'delete' }: SkipOptions = {}): void {
    this.#skipped = true;
    this.#keepsStale = stale === 'keep';
  }

  /**
   * Shortens the life of the entry; it is never lengthened.
   * @internal
   */
  limitLife({ ttlMs, servesStale }: LifeLimits): void {
    const grace = servesStale ? {} : { staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    const ttl = ttlMs === undefined ? {} : { ttlMs: Math.min(this.#life.ttlMs, ttlMs), jitter: 0 };
    this.#life = { ...this.#life, ...ttl, ...grace };
  }

  /** @internal */
  get life(): CallLife {
    return this.#life;
  }

  /** @internal */
  get skipped(): boolean {
    return this.#skipped;
  }

  /** @internal */
  get keepsStale(): boolean {
    return this.#keepsStale;
  }
}

/** What to load, and where nobody stores it. */
export interface UncachedLoad {
  /** The key as the caller gave it. */
  readonly givenKey: string;
  readonly loader: Loader<unknown>;
  readonly life: CallLife;
}

/**
 * Without a cache: nobody is asked, nothing is stored.
 * @param closing - what the loader hears of the end of the cache; nothing, where that is over
 */
export async function loadUncached(
  { givenKey, life, loader }: UncachedLoad,
  clock: Clock,
  closing: AbortSignal = new AbortController().signal,
): Promise<LoadResult> {
  const value = await loader(new LoadContext(givenKey, life, closing, undefined));
  return notStored(value, 'skipped', clock.elapsed());
}
