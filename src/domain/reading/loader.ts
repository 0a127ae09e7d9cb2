import type { TagNames, TagSet } from '../entry/tag-names';
import { resolveLoaded, resolveTags, type CallOptions, type LoadedLife } from '../options/call-options';
import type { TtlOption } from '../options/options';
import type { LifeSettings } from '../options/settings';

/** Loads a value that the cache does not have. If it returns `undefined`, nothing is stored, and an older value of the key is deleted. */
export type Loader<T> = (context: LoadContext) => T | Promise<T>;

/** An older value of the key that is being loaded. */
export interface StaleValue {
  /** The old value itself: do not change it. */
  readonly value: unknown;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
  /** The tags of its entry. */
  readonly tags: readonly string[];
}

export interface SkipOptions {
  /**
   * The fate of an older value.
   * @defaultValue `'delete'`
   */
  readonly stale?: 'delete' | 'keep';
}

export interface LifeLimits {
  /** Milliseconds above 0; `undefined` for no limit. */
  readonly ttlMs: number | undefined;
  /** Whether the value may be served after its ttl. */
  readonly servesStale: boolean;
}

/** The call that a loader works for. Changes made here apply to this load alone. */
export class LoadContext {
  #life: LifeSettings;
  #tags: TagSet;
  readonly #tagNames: Pick<TagNames, 'of'>;
  #skipped = false;
  #keepsStale = false;

  constructor(
    /** The key as the caller gave it. */
    readonly key: string,
    { life, call }: CallOptions,
    /** Aborted when the cache closes. */
    readonly signal: AbortSignal,
    /** The newest old value in either tier, also if it may not be served; `undefined` if there is none. */
    readonly stale: StaleValue | undefined,
    tagNames: Pick<TagNames, 'of'>,
  ) {
    this.#life = life;
    this.#tagNames = tagNames;
    this.#tags = tagNames.of(call.tags);
  }

  /**
   * Sets the ttl of the loaded entry.
   * @example load.setTtl('10s');
   * @throws CacheError `CACHE_OPTION_INVALID`
   */
  setTtl(ttl: TtlOption): void {
    this.#life = resolveLoaded('setTtl', { ttl }, this.#life);
  }

  /**
   * Sets the life of the loaded entry; options that are left out stay as they are.
   * @example load.setLife({ ttl: '10s', staleIfError: '1h' });
   * @throws CacheError `CACHE_OPTION_INVALID`
   */
  setLife(life: LoadedLife): void {
    this.#life = resolveLoaded('setLife', life, this.#life);
  }

  /**
   * Replaces the tags of the call, for tags that only the loaded value shows.
   * @throws CacheError `CACHE_OPTION_INVALID`, `CACHE_TAG_INVALID`
   */
  setTags(tags: readonly string[]): void {
    this.#tags = this.#tagNames.of(resolveTags('setTags', tags));
  }

  /**
   * Returns the value to the callers, and does not store it. An older value is deleted from both tiers, because the source no longer has it. A
   * loader that returns `undefined` has the same effect. If the loader throws after it, the callers get its error, and no stale value in its place.
   * @example if (response.status === 404) { load.skip(); throw new NotFoundError(); }
   * @param options - `stale: 'keep'` leaves an older value as it is, for a load that has learned nothing about it
   */
  skip({ stale = 'delete' }: SkipOptions = {}): void {
    this.#skipped = true;
    this.#keepsStale = stale === 'keep';
  }

  /** Shortens the life of the entry; it is never lengthened. */
  limitLife({ ttlMs, servesStale }: LifeLimits): void {
    const grace = servesStale ? {} : { staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    const ttl = ttlMs === undefined ? {} : { ttlMs: Math.min(this.#life.ttlMs, ttlMs), jitter: 0 };
    this.#life = { ...this.#life, ...ttl, ...grace };
  }

  /** @internal */
  get life(): LifeSettings {
    return this.#life;
  }

  /** @internal */
  get tags(): TagSet {
    return this.#tags;
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
