import type { ConfigurableModuleAsyncOptions, Provider } from '@nestjs/common';
import type { CacheStore } from './cache-store';

/** What `CacheModule` can be told about the cache. */
export interface CacheManagerOptions {
  /**
   * A Keyv, a Keyv storage adapter, a `Cacheable`, or one store in memory and one elsewhere. One elsewhere alone is asked for every read; behind
   * one in memory it is asked for what that one lacks.
   * @defaultValue memory alone
   */
  stores?: CacheStore | CacheStore[];
  /**
   * What all keys start with in a store outside of memory: letters, digits, `_`, `.` and `-`, in segments joined by `:`.
   * @defaultValue `'tiercel'`
   */
  namespace?: string;
  /**
   * How long an entry lives that says nothing itself, in milliseconds; 0 for ever.
   * @defaultValue what the stores say, or for ever
   */
  ttl?: number;
  /**
   * `wrap` loads a value behind when it has less than this long to live, in milliseconds.
   * @defaultValue never
   */
  refreshThreshold?: number;
  /** Always so: what was loaded behind is written to every store. */
  refreshAllStores?: boolean;
  /**
   * Writes answer as soon as memory has them; the other store follows in the background.
   * @defaultValue `false`
   */
  nonBlocking?: boolean;
  /**
   * What `cacheId()` answers.
   * @defaultValue a random text
   */
  cacheId?: string;
}

/** @typeParam StoreConfig - further fields that a factory of yours carries along; the cache does not read them */
export type CacheOptions<StoreConfig extends object = object> = CacheManagerOptions & StoreConfig;

export type CacheModuleOptions<StoreConfig extends object = object> = CacheOptions<StoreConfig> & {
  /**
   * Whether every module can inject the cache without importing `CacheModule`.
   * @defaultValue `false`
   */
  isGlobal?: boolean;
};

/** A class that builds the options, for `registerAsync({ useClass })` and `useExisting`. */
export interface CacheOptionsFactory<StoreConfig extends object = object> {
  createCacheOptions(): Promise<CacheOptions<StoreConfig>> | CacheOptions<StoreConfig>;
}

/** Options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
export interface CacheModuleAsyncOptions<StoreConfig extends object = object> extends ConfigurableModuleAsyncOptions<
  CacheOptions<StoreConfig>,
  keyof CacheOptionsFactory
> {
  /**
   * Providers that the factory can inject, besides those of `imports`.
   * @defaultValue none
   */
  extraProviders?: Provider[];
  /**
   * Whether every module can inject the cache without importing `CacheModule`.
   * @defaultValue `false`
   */
  isGlobal?: boolean;
}
