import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { LoadContext } from '../../domain/reading/loader';
import type { CacheEntry } from '../../domain/reading/read-result';
import { packBody, unpack } from '../http/response/stored-response';
import type { CacheableService } from '../shared/cacheable.service';
import { BackgroundRefreshes, type RefreshReport } from './background-refreshes';
import { Cache, type CacheItem, type Events, type StoredDataRaw, type WrapOptions } from './cache';
import type { CacheManagerOptions } from './cache.module-definition';
import { type CacheStore, closeStore } from './cache-store';
import { copyOf } from './copy-of';
import { durationFor, timeToLive, wrapSettings, type WrapSettings } from './durations';
import type { StoreTiers } from './store-tiers';

type Settings = Pick<CacheManagerOptions, 'ttl' | 'refreshThreshold' | 'cacheId'>;

/** The functions of cache-manager, on a {@link CacheableService}. */
export class CacheManager extends Cache implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly stores: readonly CacheStore[];
  readonly #tiers: StoreTiers;
  readonly #settings: Settings;
  readonly #cacheId: string;
  readonly #events = new EventEmitter();
  readonly #refreshes: BackgroundRefreshes;
  #disconnecting: Promise<undefined> | undefined;

  /** @param service - the cache that was made of the tiers */
  constructor(
    readonly service: CacheableService,
    tiers: StoreTiers,
    settings: Settings,
  ) {
    super();
    this.stores = tiers.stores;
    this.#tiers = tiers;
    this.#settings = settings;
    this.#cacheId = settings.cacheId ?? randomUUID();
    this.#refreshes = new BackgroundRefreshes(service, tiers.sanitizer, (report) => this.#emitRefresh(report));
  }

  get = <T>(key: string): Promise<T | undefined> => (this.#hasListener('get') ? this.#getWithEvent<T>(key) : this.#getWithoutEvent<T>(key));

  mget = async <T>(keys: string[]): Promise<(T | undefined)[]> => {
    const values = (await this.service.getMany<T>(keys)).map((value) => this.#bodyOf(value));
    this.#events.emit('mget', { keys, values });
    return values;
  };

  ttl = async (key: string): Promise<number | undefined> => {
    const entry = await this.service.getEntry(key);
    if (entry === undefined) return undefined;
    const { expires } = rawOf(entry);
    this.#events.emit('ttl', { key, value: { value: this.#bodyOf(entry.value), expires } });
    return expires;
  };

  set = async <T>(key: string, value: T, ttl?: number): Promise<T> => {
    await this.#withEvent('set', { key, value }, async () => {
      await this.service.set(key, this.#stored(value), ...this.#setOptions(ttl));
      this.#emitSetPerStore(key, value);
    });
    return value;
  };

  mset = async <T>(given: CacheItem<T>[]): Promise<CacheItem<T>[]> => {
    const list = given.map(({ key, value, ttl = this.#settings.ttl }) => ({ key, value, ...(ttl !== undefined && { ttl }) }));
    await this.#withEvent('mset', { list }, () =>
      Promise.all(list.map(({ key, value, ttl }) => this.service.set(key, this.#stored(value), ...this.#setOptions(ttl)))),
    );
    return list;
  };

  del = async (key: string): Promise<boolean> => {
    await this.#withEvent('del', { key }, () => this.service.del(key));
    return true;
  };

  mdel = async (keys: string[]): Promise<boolean> => {
    await this.#withEvent('mdel', { keys }, () => this.service.delMany(keys));
    return true;
  };

  clear = async (): Promise<boolean> => {
    try {
      await this.service.clear();
    } catch (error) {
      this.#events.emit('clear', error);
      throw error;
    }
    this.#events.emit('clear');
    return true;
  };

  wrap = async <T>(
    key: string,
    load: () => T | Promise<T>,
    options?: WrapOptions<T> | WrapSettings<T>['ttl'],
    refreshThreshold?: WrapSettings<T>['refreshThreshold'],
  ): Promise<T & StoredDataRaw<T>> => {
    const settings = wrapSettings(options, refreshThreshold);
    const call = { loaded: false };
    const loader = async (context: LoadContext): Promise<unknown> => {
      const value = await this.#load(load, settings, context);
      call.loaded = true;
      return value;
    };
    const stored = await this.service.wrapEntry(key, loader);
    const entry = { ...stored, value: unpack(stored.value).body as T };
    if (call.loaded) this.#emitSet(key, entry.value);
    else if (entry.from !== 'loader') this.#refreshWhenDue(key, entry, settings, load);
    const value = call.loaded ? entry.value : this.#copy(entry.value);
    return (settings.raw ? { ...rawOf(entry), value } : value) as T & StoredDataRaw<T>;
  };

  on = <E extends keyof Events>(event: E, listener: Events[E]): EventEmitter => this.#events.on(event, listener);

  off = <E extends keyof Events>(event: E, listener: Events[E]): EventEmitter => this.#events.off(event, listener);

  disconnect = (): Promise<undefined> => (this.#disconnecting ??= this.#disconnect());

  cacheId = (): string => this.#cacheId;

  /** Called by Nest. */
  async onModuleInit(): Promise<void> {
    await this.service.start();
  }

  /** Called by Nest while requests are still being answered. */
  beforeApplicationShutdown(): void {
    this.service.stopRefreshes();
  }

  /** Called by Nest after the last request. */
  async onApplicationShutdown(): Promise<void> {
    await this.disconnect();
  }

  async #getWithoutEvent<T>(key: string): Promise<T | undefined> {
    return this.#bodyOf(await this.service.get<T>(key));
  }

  async #getWithEvent<T>(key: string): Promise<T | undefined> {
    const entry = await this.service.getEntry<T>(key);
    if (entry === undefined) return undefined;
    const value = this.#bodyOf(entry.value);
    this.#events.emit('get', { key, value, store: entry.from === 'l2' ? this.#tiers.names.l2 : this.#tiers.names.l1 });
    return value;
  }

  async #load<T>(load: () => T | Promise<T>, { ttl }: WrapSettings<T>, context: LoadContext): Promise<unknown> {
    const value = this.#copy(await load());
    const [options] = this.#setOptions(durationFor(value, ttl));
    if (options !== undefined) context.setTtl(options.ttl);
    return packBody(value);
  }

  /** Uses the cache's own background refresh: a delete fences it, concurrent callers share it, and `close` waits for it. */
  #refreshWhenDue<T>(key: string, { ageMs, ttlMs, value }: CacheEntry<T>, settings: WrapSettings<T>, load: () => T | Promise<T>): void {
    const threshold = durationFor(value, settings.refreshThreshold) ?? this.#settings.refreshThreshold;
    if (threshold === undefined || !(ttlMs < threshold)) return;
    // The threshold as a fraction of the whole ttl. Above 0, which would mean no refresh.
    const refreshAhead = Math.max(Number.MIN_VALUE, 1 - threshold / (ageMs + ttlMs));
    this.#refreshes.start({ key, oldValue: value, refreshAhead, load: (context) => this.#load(load, settings, context) });
  }

  async #withEvent(event: 'set' | 'mset' | 'del' | 'mdel', payload: object, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#events.emit(event, { ...payload, error });
      throw error;
    }
    this.#events.emit(event, payload);
  }

  #emitRefresh(refreshed: RefreshReport): void {
    const report = { ...refreshed, value: unpack(refreshed.value).body };
    if (!('error' in report)) this.#emitSet(report.key, report.value);
    this.#events.emit('refresh', report);
  }

  #emitSet(key: string, value: unknown): void {
    this.#emitSetPerStore(key, value);
    this.#events.emit('set', { key, value });
  }

  #emitSetPerStore(key: string, value: unknown): void {
    for (const store of new Set(Object.values(this.#tiers.names))) this.#events.emit('set', { key, value, store });
  }

  #hasListener(event: keyof Events): boolean {
    return this.#events.listenerCount(event) > 0;
  }

  /** Unpacks a stored response of the interceptor: a body with a status and headers. */
  #bodyOf<T>(stored: T): T {
    return this.#copy(unpack(stored).body as T);
  }

  /** A value that an application chose is never read as a status and headers. */
  #stored(value: unknown): unknown {
    return packBody(this.#copy(value));
  }

  #copy<T>(value: T): T {
    return this.#tiers.copies ? copyOf(value) : value;
  }

  /** Last argument of a write; without one the cache's own ttl applies. */
  #setOptions(ttl: number | undefined): [] | [{ readonly ttl: ReturnType<typeof timeToLive> }] {
    return ttl === undefined ? [] : [{ ttl: timeToLive(ttl) }];
  }

  async #disconnect(): Promise<undefined> {
    await this.service.close();
    await Promise.all(this.stores.map(closeStore));
    return undefined;
  }
}

function rawOf<T>({ value, ttlMs }: CacheEntry<T>): StoredDataRaw<T> {
  return ttlMs === Infinity ? { value } : { value, expires: Math.round(Date.now() + ttlMs) };
}
