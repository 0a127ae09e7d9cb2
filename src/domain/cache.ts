import type { SanitizedKey } from '../ports/sanitized-key';
import { CacheManagement } from './cache-management';
import type { CacheParts } from './cache-parts';
import { isForResponse, type CacheKeys } from './entry/cache-keys';
import { newEntry, type LocalEntry } from './entry/entry';
import type { WriteOutcome } from './events/cache-events';
import type { Reporter } from './events/reporter';
import type { MemoryTier } from './l1/memory-tier';
import { memoized } from './memoized';
import {
  resolveClear,
  resolveDelByTag,
  resolveSet,
  resolveWrap,
  type CacheItem,
  type ClearOptions,
  type MemoizeOptions,
  type SetOptions,
  type TagOptions,
  type WrapOptions,
} from './options/call-options';
import type { NamespaceOptions, Ttl } from './options/options';
import type { LifeSettings } from './options/settings';
import type { CacheWrap } from './reading/cache-wrap';
import type { Loader } from './reading/loader';
import { toCacheEntry, toReadResult, type CacheEntry, type ReadResult } from './reading/read-result';

/**
 * A cache of one or two tiers.
 *
 * Values are returned by reference, unless `primary.useClone` is set: do not change them. While L2 is down no method rejects, and none waits longer
 * than its deadline. Methods reject with a `CacheError` (`CACHE_KEY_INVALID`, `CACHE_SANITIZER_FAILED`, `CACHE_OPTION_INVALID`, `CACHE_TAG_INVALID`, `CACHE_CLOSED`),
 * and `wrap` with the unchanged error of the loader.
 */
export class Cache extends CacheManagement {
  readonly #parts: CacheParts;
  // The parts that an L1 hit needs, one field away.
  readonly #keys: CacheKeys;
  readonly #memory: MemoryTier;
  readonly #reporter: Reporter;
  readonly #wrap: CacheWrap;
  readonly #life: LifeSettings;

  /** @internal For the composition roots. */
  constructor(parts: CacheParts) {
    super(parts);
    this.#parts = parts;
    this.#keys = parts.keys;
    this.#memory = parts.memory;
    this.#reporter = parts.reporter;
    this.#wrap = parts.wrap;
    this.#life = parts.life;
  }

  /** The namespace of this cache. */
  get name(): string {
    return this.#keys.namespace;
  }

  /** Returns the value, or `undefined` if no tier has a fresh one. `null`, `false`, `0` and `''` are values. */
  get<V = unknown>(key: string): Promise<V | undefined> {
    // Not `async`: a hit must not pay for a second turn.
    try {
      const began = this.#reporter.begin();
      const cacheKey = this.#keys.of(key);
      const entry = this.#memory.fresh(cacheKey, this.#life);
      if (entry === undefined) return this.#getFromL2(cacheKey);
      this.#reporter.localHit(cacheKey, began);
      return entry.answer as Promise<V>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As {@link get}, with the tier that had the value, its age, and the rest of its ttl. */
  async getEntry<V = unknown>(key: string): Promise<CacheEntry<V> | undefined> {
    const cacheKey = this.#keys.of(key);
    const entry = this.#memory.fresh(cacheKey, this.#life);
    const result = entry === undefined ? await this.#lookUp(cacheKey, 'getEntry') : this.#localHit(cacheKey, entry);
    return result && toCacheEntry<V>(result, this.#parts.clock.elapsed());
  }

  /** As {@link get}, from L1 alone, and synchronous. */
  peek<V = unknown>(key: string): V | undefined {
    return this.#memory.fresh(this.#keys.of(key), this.#life)?.value as V | undefined;
  }

  /** Whether {@link get} would return a value. Nothing is deleted, also no value that {@link get} would refuse. */
  async has(key: string): Promise<boolean> {
    const cacheKey = this.#keys.of(key);
    if (this.#memory.fresh(cacheKey, this.#life) !== undefined) return true;
    return this.#parts.lifecycle.answers('has') && this.#parts.get.has(cacheKey);
  }

  /** Returns the values in the order of the keys. L2 is asked once for all keys that L1 does not have. */
  getMany<V = unknown>(keys: readonly string[]): Promise<(V | undefined)[]> {
    return this.#parts.get.together(() => Promise.all(keys.map((key) => this.get<V>(key))));
  }

  /**
   * Stores a value in both tiers. `undefined` deletes the key.
   * @param options - or a ttl alone
   * @returns `'done'` if every tier has the value, and the message to the other processes was sent. `'pending'` if L2 did not apply the write: then this
   * process keeps the value for `degradedTtl` at most, and deletes the key in L2 as soon as L2 is back. `'pending'` also if the message could not be sent yet,
   * and with `nonBlocking`.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` with `whenUnreachable: 'reject'` alone
   */
  async set(key: string, value: unknown, options?: SetOptions | Ttl): Promise<WriteOutcome> {
    const { clock, copy, invalidator, lifecycle, maxTtlMs, random, tagNames, writer } = this.#parts;
    lifecycle.assertOpen('set');
    const cacheKey = this.#keys.of(key);
    const { life, call } = resolveSet(options, this.#life);
    if (value === undefined) return invalidator.delete(cacheKey);
    tagNames.of(call.tags);
    const own = copy === undefined ? value : copy(value);
    return writer.set(cacheKey, newEntry(own, life, call.tags, { asOf: 0, maxTtlMs, now: clock.now(), random }), call);
  }

  /**
   * Stores several values, each with its own ttl.
   * @returns `'pending'` if one of the writes is
   */
  async setMany(items: readonly CacheItem[]): Promise<WriteOutcome> {
    return combined(await Promise.all(items.map(({ key, value, ttl }) => this.set(key, value, ttl === undefined ? undefined : { ttl }))));
  }

  /**
   * Deletes a key from both tiers. A value that was read or loaded before the call is not stored after it.
   * @returns `'done'` if L2 has deleted the key, and the message to the other processes was sent. `'pending'` if L2 will delete it as soon as it is back;
   * until then its value in L2 counts as a miss in this process. `'pending'` also if the message will be sent as soon as a connection is back.
   */
  async del(key: string): Promise<WriteOutcome> {
    this.#parts.lifecycle.assertOpen('del');
    const cacheKey = this.#keys.of(key);
    const { invalidator } = this.#parts;
    return this.storesResponses ? invalidator.delete(cacheKey, this.#keys.ofResponse(key)) : invalidator.delete(cacheKey);
  }

  /**
   * Makes the value of a key stale from now on: `get` misses it, and `wrap` loads a new one, but may still serve it (`staleWhileRevalidate`,
   * `staleIfError`). Other processes get it from L2. While L2 cannot be reached, or on a store without leases, the key is deleted there.
   * @example await cache.expire('prices');
   * @returns as {@link del}; reported by the event `del`
   */
  async expire(key: string): Promise<WriteOutcome> {
    this.#parts.lifecycle.assertOpen('expire');
    const cacheKey = this.#keys.of(key);
    const { invalidator } = this.#parts;
    return this.storesResponses ? invalidator.expire(cacheKey, this.#keys.ofResponse(key)) : invalidator.expire(cacheKey);
  }

  /**
   * Whether `del` also deletes the HTTP response that is stored under the key.
   * @internal
   */
  protected get storesResponses(): boolean {
    return false;
  }

  /**
   * Whether {@link wrapEntry} may call the loader for a value that is still fresh.
   * @internal
   */
  get refreshesAhead(): boolean {
    return this.#life.refreshAhead !== undefined;
  }

  /**
   * Deletes several keys.
   * @returns `'pending'` if one of the writes is
   */
  async delMany(keys: readonly string[]): Promise<WriteOutcome> {
    return combined(await Promise.all(keys.map((key) => this.del(key))));
  }

  /**
   * Removes all entries of this namespace from both tiers, and of no other namespace but those below it that share its tags (`sharedTags`). The time does not
   * depend on the number of entries: they are misses at once, for all processes, and L2 drops them at the end of their ttl.
   * @returns as {@link del}; while it is pending, all of L2 counts as a miss in this process
   * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_CLEAR_UNSUPPORTED` with `erase` alone, if L2 cannot list its keys; the entries are misses nevertheless
   */
  async clear(options?: ClearOptions): Promise<WriteOutcome> {
    this.#parts.lifecycle.assertOpen('clear');
    return this.#parts.invalidator.clear(resolveClear(options).erase);
  }

  /**
   * Removes all entries of this namespace that have one of the tags, from both tiers and in every process, and of the namespaces that share its tags
   * (`sharedTags`). The time does not depend on their number. A
   * value that was read or loaded before the call is not stored after it.
   * @example await cache.delByTag('users', 'org:7');
   * @example await cache.delByTag(['prices'], { mode: 'expire' });
   * @returns as {@link del}; while it is pending, these entries of L2 count as misses in this process
   * @throws CacheError `CACHE_TAG_INVALID`
   */
  delByTag(...tags: readonly string[]): Promise<WriteOutcome>;
  delByTag(tags: readonly string[], options?: TagOptions): Promise<WriteOutcome>;
  async delByTag(first: string | readonly string[] = [], ...rest: readonly unknown[]): Promise<WriteOutcome> {
    const { invalidator, lifecycle } = this.#parts;
    lifecycle.assertOpen('delByTag');
    const { mode, tags } = resolveDelByTag(first, rest);
    return tags.length === 0 ? 'done' : invalidator.deleteTags(tags, mode);
  }

  /**
   * Returns the cached value, or else runs the loader and stores its value. Concurrent callers of a key share one load, and get its value or its
   * unchanged error. Errors are not cached.
   *
   * A loader that wraps its own key gets the value of the inner loader, which is not stored; so does one that wraps a key whose load waits for it. If the
   * inner loader does so too, and so on, the call rejects with `CACHE_LOAD_RECURSIVE`.
   * @param options - or a ttl alone. If callers share a load, the options of the first one apply to the entry; timeouts, `schema` and `version`
   * apply to each caller separately.
   * @throws CacheError `CACHE_LOAD_TIMEOUT` after `hardTimeout`; `CACHE_LOAD_RECURSIVE`; or the error of the loader
   */
  wrap<V>(key: string, loader: Loader<V>, options?: WrapOptions | Ttl): Promise<V> {
    // Not `async`, and options unread: a hit must not pay for them.
    try {
      const began = this.#reporter.begin();
      const cacheKey = this.#keys.of(key);
      const entry = this.#memory.fresh(cacheKey, this.#life);
      if (entry === undefined || !this.#wrap.isAnsweredBy(entry, options)) {
        return this.#wrap.call(cacheKey, { givenKey: key, loader, options }, valueOf<V>);
      }
      this.#reporter.localHit(cacheKey, began);
      return entry.answer as Promise<V>;
    } catch (error) {
      return this.#wrap.callWithoutKey(error, { givenKey: key, loader, options }, valueOf<V>);
    }
  }

  /** As {@link wrap}, with the tier that had the value, its age, and the outcome of a load. */
  wrapEntry<V>(key: string, loader: Loader<V>, options?: WrapOptions | Ttl): Promise<CacheEntry<V>> {
    const call = { givenKey: key, loader, options };
    const toEntry = (result: ReadResult): CacheEntry<V> => toCacheEntry<V>(result, this.#parts.clock.elapsed());
    try {
      const cacheKey = isForResponse(options) ? this.#keys.ofResponse(key) : this.#keys.of(key);
      const entry = this.#memory.fresh(cacheKey, this.#life);
      if (entry === undefined || !this.#wrap.isAnsweredBy(entry, options)) return this.#wrap.call(cacheKey, call, toEntry);
      return Promise.resolve(toEntry(this.#localHit(cacheKey, entry)));
    } catch (error) {
      return this.#wrap.callWithoutKey(error, call, toEntry);
    }
  }

  /**
   * Returns a function that answers from the cache, and calls `fn` on a miss. It does so too, with one warning, for a key with the text of a missing value as a
   * part of it (`user:undefined`) or with `[object Object]`, which would be one key for all such calls.
   */
  memoize<A extends readonly unknown[], V>(
    fn: (...args: A) => V | Promise<V>,
    { key, ...options }: MemoizeOptions<A>,
  ): (...args: A) => Promise<V> {
    resolveWrap('memoize', options, this.#life);
    return memoized(fn, key, { logger: this.#parts.logger, wrap: (own, load) => this.wrap(own, load, options) });
  }

  /**
   * Returns a cache for a part of the application. It has its own keys, its own L1 (`lruSize`, `maxBytes`), its own `clear` and its own statistics.
   * It shares L2. Options that are missing have the value of this cache. The same name returns the same cache, which is kept as long as this one:
   * make one for each part of an application, not for each user.
   * @example const sessions = cache.namespace('sessions', { ttl: '30m' });
   * @throws CacheError `CACHE_OPTION_INVALID`, also for a name that exists with other options
   */
  namespace(name: string, options?: NamespaceOptions): this {
    return this.#parts.child(name, options) as this;
  }

  /** Returns all namespaces of this cache that exist, the outermost one first. */
  namespaces(): readonly this[] {
    return this.#parts.allNamespaces() as readonly this[];
  }

  #getFromL2<V>(key: SanitizedKey): Promise<V | undefined> {
    const { get, lifecycle } = this.#parts;
    return (lifecycle.answers('get') ? get.value(key) : Promise.resolve(undefined)) as Promise<V | undefined>;
  }

  async #lookUp(key: SanitizedKey, operation: string): Promise<ReadResult | undefined> {
    const { get, lifecycle } = this.#parts;
    return lifecycle.answers(operation) ? get.fetch(key) : undefined;
  }

  #localHit(key: SanitizedKey, entry: LocalEntry): ReadResult {
    this.#reporter.report('hit', { key, tier: 'l1' });
    return toReadResult(entry, 'l1', 'fresh');
  }
}

function valueOf<V>({ value }: ReadResult): V {
  return value as V;
}

function combined(outcomes: readonly WriteOutcome[]): WriteOutcome {
  return outcomes.includes('pending') ? 'pending' : 'done';
}
