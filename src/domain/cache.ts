import type { SanitizedKey } from '../ports/sanitized-key';
import type { CacheStats } from '../ports/cache-stats';
import type { MetricsObserver } from '../ports/metrics-observer';
import type { CacheEventName, CacheListener, WriteOutcome } from './events/cache-events';
import type { CacheInspector } from './l1/cache-inspector';
import { isForResponse, type CacheKeys, type KeyInspection } from './entry/cache-keys';
import type { CacheParts } from './cache-parts';
import { toCacheEntry, type CacheEntry, toReadResult, type ReadResult } from './reading/read-result';
import { resolveSet, resolveWrap, type CacheItem, type MemoizeOptions, type SetOptions, type WrapOptions } from './options/call-options';
import { newEntry, type LocalEntry } from './entry/entry';

import type { CacheHealth } from './lifecycle';
import type { Loader } from './reading/loader';
import type { Ttl } from './options/options';
import type { Reader } from './reading/l2-reader';
import type { Reporter } from './events/reporter';
import { WrapCalls } from './reading/read-through';

/**
 * A cache of one or two tiers.
 *
 * Values are handed out by reference, unless `primary.useClone` is set: do not change what you are given.
 * No method rejects, and none waits longer than the deadlines, because layer 2 is unwell. What they reject with is a `CacheError`:
 * `CACHE_KEY_INVALID`, `CACHE_SANITIZER_FAILED`, `CACHE_OPTION_INVALID`, `CACHE_CLOSED`; and `wrap` with whatever the loader threw.
 */
export class Cache {
  readonly #parts: CacheParts;
  // What a layer-1 hit needs, one field away.
  readonly #keys: CacheKeys;
  readonly #reader: Reader;
  readonly #reporter: Reporter;
  readonly #wraps: WrapCalls;

  /** For `createCache` and the Nest module; nobody else has the parts. */
  constructor(parts: CacheParts) {
    this.#parts = parts;
    this.#keys = parts.keys;
    this.#reader = parts.reader;
    this.#reporter = parts.reporter;
    this.#wraps = new WrapCalls(parts.readThrough, parts.lifecycle, parts.settings.life);
  }

  /** Its namespace. */
  get name(): string {
    return this.#keys.namespace;
  }

  /** The value, or `undefined` when no tier has it fresh. `null`, `false`, `0` and `''` are values. */
  get<V = unknown>(key: string): Promise<V | undefined> {
    // Not `async`: a hit must not pay for a second turn.
    try {
      const began = this.#reporter.begin();
      const cacheKey = this.#keys.of(key);
      const entry = this.#reader.fresh(cacheKey);
      if (entry === undefined) return this.#getRemote(cacheKey);
      this.#reporter.localHit(cacheKey, began);
      return entry.answer as Promise<V>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As {@link get}, and tells where the value was and how old it is. */
  async getEntry<V = unknown>(key: string): Promise<CacheEntry<V> | undefined> {
    const cacheKey = this.#keys.of(key);
    const entry = this.#reader.fresh(cacheKey);
    const landing = entry === undefined ? await this.#lookUp(cacheKey, 'getEntry') : this.#hit(cacheKey, entry);
    return landing && toCacheEntry<V>(landing, this.#parts.settings.clock.elapsed());
  }

  /** As {@link get}, in layer 1 alone, and at once. */
  peek<V = unknown>(key: string): V | undefined {
    return this.#reader.fresh(this.#keys.of(key))?.value as V | undefined;
  }

  /** Whether {@link get} would find something. */
  async has(key: string): Promise<boolean> {
    const cacheKey = this.#keys.of(key);
    if (this.#reader.fresh(cacheKey) !== undefined) return true;
    const { lifecycle, lookup } = this.#parts;
    return lifecycle.answers('has') && lookup.has(cacheKey);
  }

  /** In the order of the keys. Layer 2 is asked once for all that layer 1 lacks. */
  getMany<V = unknown>(keys: readonly string[]): Promise<(V | undefined)[]> {
    return Promise.all(keys.map((key) => this.get<V>(key)));
  }

  /**
   * Stores a value in both tiers. `undefined` stands for an absence: it deletes the key.
   * @param options - or a ttl alone
   * @returns `'done'` when every tier has it. `'pending'` when layer 2 did not take it, or has not answered yet (`nonBlocking`): this process
   * keeps the value for `degradedTtl` at most, and layer 2 will delete what it has for the key.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` with `whenUnreachable: 'reject'` alone
   */
  async set(key: string, value: unknown, options?: SetOptions | Ttl): Promise<WriteOutcome> {
    const { lifecycle, random, settings, writer } = this.#parts;
    lifecycle.assertOpen('set');
    const cacheKey = this.#keys.of(key);
    const life = resolveSet(options, settings.life);
    if (value === undefined) return writer.delete(cacheKey);
    return writer.set(cacheKey, newEntry(value, life, settings.maxTtlMs, settings.clock.now(), random), life);
  }

  /** @returns `'pending'` when one of them is */
  async setMany(items: readonly CacheItem[]): Promise<WriteOutcome> {
    return worst(await Promise.all(items.map(({ key, value, ttl }) => this.set(key, value, ttl === undefined ? undefined : { ttl }))));
  }

  /**
   * Deletes from both tiers. What was loaded or read before is not stored after it, in no tier.
   * @returns `'done'` when layer 2 took it; `'pending'` when it will, once it is back. Until then it counts as deleted for this process.
   */
  async del(key: string): Promise<WriteOutcome> {
    this.#parts.lifecycle.assertOpen('del');
    const cacheKey = this.#keys.of(key);
    return this.storesResponses ? this.#parts.writer.delete(cacheKey, this.#keys.ofResponse(key)) : this.#parts.writer.delete(cacheKey);
  }

  /**
   * Whether `del` also deletes the HTTP response that is stored under the key.
   * @internal
   */
  protected get storesResponses(): boolean {
    return false;
  }

  /** @returns `'pending'` when one of them is */
  async delMany(keys: readonly string[]): Promise<WriteOutcome> {
    return worst(await Promise.all(keys.map((key) => this.del(key))));
  }

  /** Empties this namespace in both tiers, and nothing else: neither its neighbours nor the namespaces below it. */
  async clear(): Promise<WriteOutcome> {
    this.#parts.lifecycle.assertOpen('clear');
    return this.#parts.writer.clear();
  }

  /**
   * The cached value, or else what the loader brings, stored for the next caller. However many ask at once, one load runs; all of them get its
   * outcome, and its error as it is. Errors are not cached. A loader must not `wrap` its own key: it would wait for itself.
   * @param options - or a ttl alone. When several callers share a load, the first one's options hold;
   * `schema` and `version` each one's own.
   */
  wrap<V>(key: string, loader: Loader<V>, options?: WrapOptions | Ttl): Promise<V> {
    // Not `async`, and options unread: a hit must not pay for them.
    try {
      const began = this.#reporter.begin();
      const cacheKey = this.#keys.of(key);
      const entry = this.#reader.fresh(cacheKey);
      if (entry === undefined || !this.#wraps.isEnough(entry, options)) {
        return this.#wraps.run(cacheKey, { givenKey: key, loader, options }, valueOf<V>);
      }
      this.#reporter.localHit(cacheKey, began);
      return entry.answer as Promise<V>;
    } catch (error) {
      return this.#wraps.withoutKey(error, { givenKey: key, loader, options }, valueOf<V>);
    }
  }

  /** As {@link wrap}, and tells where the value was, how old it is, and what became of one that was loaded. */
  wrapEntry<V>(key: string, loader: Loader<V>, options?: WrapOptions | Ttl): Promise<CacheEntry<V>> {
    const call = { givenKey: key, loader, options };
    const described = (landing: ReadResult): CacheEntry<V> => toCacheEntry<V>(landing, this.#parts.settings.clock.elapsed());
    try {
      const cacheKey = isForResponse(options) ? this.#keys.ofResponse(key) : this.#keys.of(key);
      const entry = this.#reader.fresh(cacheKey);
      if (entry === undefined || !this.#wraps.isEnough(entry, options)) return this.#wraps.run(cacheKey, call, described);
      return Promise.resolve(described(this.#hit(cacheKey, entry)));
    } catch (error) {
      return this.#wraps.withoutKey(error, call, described);
    }
  }

  /** A function that answers from the cache and calls `fn` when it cannot. */
  memoize<A extends readonly unknown[], V>(
    fn: (...args: A) => V | Promise<V>,
    { key, ...options }: MemoizeOptions<A>,
  ): (...args: A) => Promise<V> {
    resolveWrap('memoize', options, this.#parts.settings.life);
    return async (...args) => this.wrap(key(...args), () => fn(...args), options);
  }

  /**
   * A cache of its own below this one: own keys, own layer 1 of `lruSize` entries, own `clear`; same layer 2, same life. The same name gives the
   * same cache, which is kept for as long as this one lives: names are for parts of an application, not for each of its users.
   */
  namespace(name: string): this {
    return this.#parts.child(name) as this;
  }

  /** Every namespace of this cache that was made so far, the first one included, whichever of them is asked. */
  namespaces(): readonly this[] {
    return this.#parts.allNamespaces() as readonly this[];
  }

  /** What becomes of a key, for people who look for it in layer 2. Nobody is asked. */
  inspectKey(key: string): KeyInspection {
    return this.#keys.inspect(key);
  }

  /** What layer 1 of this namespace holds, for people who look into it. */
  inspector(): CacheInspector {
    return this.#parts.inspector;
  }

  /**
   * Listens to this namespace, and to how layer 2 comes and goes.
   * @returns the function that stops the listener
   */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return this.#parts.emitter.on(name, listener);
  }

  /** What this namespace has done and how it is, in numbers; computed now, and frozen. */
  stats(): CacheStats {
    return this.#parts.stats();
  }

  /**
   * Lets a metrics pipeline read the numbers of this cache, of all its namespaces and of those still to come. The option `metrics` does it from
   * the beginning.
   * @returns the function that ends it; closing the cache ends it too
   */
  observe(observer: MetricsObserver): () => void {
    return this.#parts.observers.observe(observer);
  }

  health(): CacheHealth {
    return this.#parts.lifecycle.health();
  }

  /**
   * Connects layer 2. The first use does it too; calling it first saves the first caller the wait.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` with `startup: 'require'` alone
   */
  start(): Promise<void> {
    return this.#parts.lifecycle.start();
  }

  /** No value is loaded behind any more, as a process wants it that is about to end. What was begun goes on. */
  stopRefreshes(): void {
    this.#parts.lifecycle.stopRefreshes();
  }

  /**
   * Refuses new work, waits for what runs in the background, and closes every connection, timer and listener that the cache opened, within
   * `deadlines.close`. Namespaces share one life: closing one closes all. Calling it twice is fine.
   */
  close(): Promise<void> {
    return this.#parts.lifecycle.close();
  }

  async #getRemote<V>(key: SanitizedKey): Promise<V | undefined> {
    return (await this.#lookUp(key, 'get'))?.value as V | undefined;
  }

  async #lookUp(key: SanitizedKey, operation: string): Promise<ReadResult | undefined> {
    const { lifecycle, lookup } = this.#parts;
    return lifecycle.answers(operation) ? lookup.fetch(key) : undefined;
  }

  #hit(key: SanitizedKey, entry: LocalEntry): ReadResult {
    this.#reporter.report('hit', { key, tier: 'l1' });
    return toReadResult(entry, 'l1', 'fresh');
  }
}

function valueOf<V>({ value }: ReadResult): V {
  return value as V;
}

function worst(outcomes: readonly WriteOutcome[]): WriteOutcome {
  return outcomes.includes('pending') ? 'pending' : 'done';
}
