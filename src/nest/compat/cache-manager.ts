import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CacheEntry } from '../../domain/reading/read-result';
import type { LoadContext } from '../../domain/reading/loader';
import type { CacheableService } from '../shared/cacheable.service';
import { Cache, type CacheItem, type StoredDataRaw, type WrapOptions } from './cache';
import type { Events } from './cache-manager-events';
import type { CacheManagerOptions } from './cache-options';
import type { CacheStore } from './cache-store';
import { closeStore } from './close-store';
import { unpack } from '../http/response/stored-response';
import { copyOf } from './copy-of';
import { Renewals, type RenewalReport } from './renewals';
import type { StoreLayers } from './store-layers';
import { timeToLive, lengthFor, wrapTerms, type WrapTerms } from './durations';

type Settings = Pick<CacheManagerOptions, 'ttl' | 'refreshThreshold' | 'cacheId'>;

/** cache-manager's functions over a cache of ours. */
export class CacheManager extends Cache implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly stores: readonly CacheStore[];
  readonly #layers: StoreLayers;
  readonly #settings: Settings;
  readonly #cacheId: string;
  readonly #events = new EventEmitter();
  readonly #renewals: Renewals;
  #ending: Promise<undefined> | undefined;

  /** @param service - composed of the layers; the same cache with everything that it can */
  constructor(
    readonly service: CacheableService,
    layers: StoreLayers,
    settings: Settings,
  ) {
    super();
    this.stores = layers.stores;
    this.#layers = layers;
    this.#settings = settings;
    this.#cacheId = settings.cacheId ?? randomUUID();
    this.#renewals = new Renewals(service, layers.sanitizer, (renewal) => this.#tellRenewal(renewal));
  }

  get = <T>(key: string): Promise<T | undefined> => (this.#hears('get') ? this.#getAloud<T>(key) : this.#silently<T>(key));

  mget = async <T>(keys: string[]): Promise<(T | undefined)[]> => {
    const values = (await this.service.getMany<T>(keys)).map((value) => this.#bodyOf(value));
    this.#events.emit('mget', { keys, values });
    return values;
  };

  ttl = async (key: string): Promise<number | undefined> => {
    const entry = await this.service.getEntry(key);
    if (entry === undefined) return undefined;
    const { expires } = withEnd(entry);
    this.#events.emit('ttl', { key, value: { value: entry.value, expires } });
    return expires;
  };

  set = async <T>(key: string, value: T, ttl?: number): Promise<T> => {
    await this.#tell('set', { key, value }, async () => {
      await this.service.set(key, this.#copy(value), ...this.#lifeOf(ttl));
      this.#tellEachStore(key, value);
    });
    return value;
  };

  mset = async <T>(given: CacheItem<T>[]): Promise<CacheItem<T>[]> => {
    const list = given.map(({ key, value, ttl = this.#settings.ttl }) => ({ key, value, ...(ttl !== undefined && { ttl }) }));
    await this.#tell('mset', { list }, () =>
      Promise.all(list.map(({ key, value, ttl }) => this.service.set(key, this.#copy(value), ...this.#lifeOf(ttl)))),
    );
    return list;
  };

  del = async (key: string): Promise<boolean> => {
    await this.#tell('del', { key }, () => this.service.del(key));
    return true;
  };

  mdel = async (keys: string[]): Promise<boolean> => {
    await this.#tell('mdel', { keys }, () => this.service.delMany(keys));
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
    options?: WrapOptions<T> | WrapTerms<T>['ttl'],
    refreshThreshold?: WrapTerms<T>['refreshThreshold'],
  ): Promise<T & StoredDataRaw<T>> => {
    const terms = wrapTerms(options, refreshThreshold);
    const own = { loaded: false };
    const loader = async (context: LoadContext): Promise<T> => {
      const value = await this.#load(load, terms, context);
      own.loaded = true;
      return value;
    };
    const entry = await this.service.wrapEntry(key, loader);
    if (own.loaded) this.#tellSet(key, entry.value);
    else if (entry.from !== 'loader') this.#renewWhenDue(key, entry, terms, load);
    const value = own.loaded ? entry.value : this.#bodyOf(entry.value);
    return (terms.raw ? { ...withEnd(entry), value } : value) as T & StoredDataRaw<T>;
  };

  on = <E extends keyof Events>(event: E, listener: Events[E]): EventEmitter => this.#events.on(event, listener);

  off = <E extends keyof Events>(event: E, listener: Events[E]): EventEmitter => this.#events.off(event, listener);

  disconnect = (): Promise<undefined> => (this.#ending ??= this.#end());

  cacheId = (): string => this.#cacheId;

  /** For Nest. */
  async onModuleInit(): Promise<void> {
    await this.service.start();
  }

  /** For Nest, which calls it while requests are still being answered. */
  beforeApplicationShutdown(): void {
    this.service.stopRefreshes();
  }

  /** For Nest, which calls it once the application no longer listens. */
  async onApplicationShutdown(): Promise<void> {
    await this.disconnect();
  }

  async #silently<T>(key: string): Promise<T | undefined> {
    return this.#bodyOf(await this.service.get<T>(key));
  }

  async #getAloud<T>(key: string): Promise<T | undefined> {
    const entry = await this.service.getEntry<T>(key);
    if (entry === undefined) return undefined;
    const value = this.#bodyOf(entry.value);
    this.#events.emit('get', { key, value, store: entry.from === 'l2' ? this.#layers.names.l2 : this.#layers.names.l1 });
    return value;
  }

  async #load<T>(load: () => T | Promise<T>, { ttl }: WrapTerms<T>, context: LoadContext): Promise<T> {
    const value = this.#copy(await load());
    const [life] = this.#lifeOf(lengthFor(value, ttl));
    if (life !== undefined) context.setTtl(life.ttl);
    return value;
  }

  /** Behind, by the cache's own refresh: it is fenced by deletes, shared by all who ask, and over before the cache closes. */
  #renewWhenDue<T>(key: string, { ageMs, ttlMs, value }: CacheEntry<T>, terms: WrapTerms<T>, load: () => T | Promise<T>): void {
    const threshold = lengthFor(value, terms.refreshThreshold) ?? this.#settings.refreshThreshold;
    if (threshold === undefined || !(ttlMs < threshold)) return;
    // The moment that the threshold names, as a fraction of the whole life: never 0, which would be none.
    const refreshAhead = Math.max(Number.MIN_VALUE, 1 - threshold / (ageMs + ttlMs));
    this.#renewals.start({ key, old: value, refreshAhead, load: (context) => this.#load(load, terms, context) });
  }

  async #tell(event: 'set' | 'mset' | 'del' | 'mdel', told: object, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#events.emit(event, { ...told, error });
      throw error;
    }
    this.#events.emit(event, told);
  }

  #tellRenewal(renewal: RenewalReport): void {
    if (!('error' in renewal)) this.#tellSet(renewal.key, renewal.value);
    this.#events.emit('refresh', renewal);
  }

  #tellSet(key: string, value: unknown): void {
    this.#tellEachStore(key, value);
    this.#events.emit('set', { key, value });
  }

  #tellEachStore(key: string, value: unknown): void {
    for (const store of new Set(Object.values(this.#layers.names))) this.#events.emit('set', { key, value, store });
  }

  #hears(event: keyof Events): boolean {
    return this.#events.listenerCount(event) > 0;
  }

  /** Beside its body the interceptor may have stored a status and headers. */
  #bodyOf<T>(stored: T): T {
    return this.#copy(unpack(stored).body as T);
  }

  #copy<T>(value: T): T {
    return this.#layers.copies ? copyOf(value) : value;
  }

  /** As the last argument of a write, or none: then the cache's own life holds. */
  #lifeOf(ttl: number | undefined): [] | [{ readonly ttl: ReturnType<typeof timeToLive> }] {
    return ttl === undefined ? [] : [{ ttl: timeToLive(ttl) }];
  }

  async #end(): Promise<undefined> {
    await this.service.close();
    await Promise.all(this.stores.map(closeStore));
    return undefined;
  }
}

function withEnd<T>({ value, ttlMs }: CacheEntry<T>): StoredDataRaw<T> {
  return ttlMs === Infinity ? { value } : { value, expires: Math.round(Date.now() + ttlMs) };
}
