import { type ConfigurableModuleAsyncOptions, type Provider, ConfigurableModuleBuilder } from '@nestjs/common';
import type { BreakerOptions } from '../../domain/options/options';
import type { CacheStore } from './cache-store';

/** Options of `CacheModule`. */
export interface CacheManagerOptions {
  /**
   * A Keyv, a Keyv storage adapter or a `Cacheable`; or a list of them: at most one in memory (L1) and one elsewhere (L2). Without a store in
   * memory every read asks L2; with one, L2 is asked on an L1 miss.
   * @defaultValue memory alone
   */
  stores?: CacheStore | CacheStore[];
  /**
   * Prefix of all keys in L2: letters, digits, `_`, `.` and `-`, in segments joined by `:`.
   * @defaultValue `'tiercel'`
   */
  namespace?: string;
  /**
   * Ttl of entries that are written without one, in milliseconds; 0 means forever.
   * @defaultValue the ttl of the stores, or forever
   */
  ttl?: number;
  /**
   * `wrap` refreshes a value in the background when less than this much of its ttl is left, in milliseconds.
   * @defaultValue never
   */
  refreshThreshold?: number;
  /** Has no effect: a refreshed value is always written to every store. */
  refreshAllStores?: boolean;
  /**
   * Writes resolve as soon as memory has the value; the other store is written in the background.
   * @defaultValue `false`
   */
  nonBlocking?: boolean;
  /**
   * The circuit breaker around L2, which needs the package `opossum`; `false` for none.
   * @defaultValue the defaults of {@link BreakerOptions}
   */
  breaker?: BreakerOptions | false;
  /**
   * Return value of `cacheId()`.
   * @defaultValue a random UUID
   */
  cacheId?: string;
}

/** @typeParam StoreConfig - further fields of an options factory; the cache ignores them */
export type CacheOptions<StoreConfig extends object = object> = CacheManagerOptions & StoreConfig;

export type CacheModuleOptions<StoreConfig extends object = object> = CacheOptions<StoreConfig> & {
  /**
   * Makes the cache injectable in every module, without an import of `CacheModule`.
   * @defaultValue `false`
   */
  isGlobal?: boolean;
};

/** Class that builds the options, for `registerAsync({ useClass })` and `useExisting`. */
export interface CacheOptionsFactory<StoreConfig extends object = object> {
  createCacheOptions(): Promise<CacheOptions<StoreConfig>> | CacheOptions<StoreConfig>;
}

/** Options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
export interface CacheModuleAsyncOptions<StoreConfig extends object = object> extends ConfigurableModuleAsyncOptions<
  CacheOptions<StoreConfig>,
  keyof CacheOptionsFactory
> {
  /**
   * Additional providers that the factory can inject.
   * @defaultValue none
   */
  extraProviders?: Provider[];
  /**
   * Makes the cache injectable in every module, without an import of `CacheModule`.
   * @defaultValue `false`
   */
  isGlobal?: boolean;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: CACHE_MODULE_OPTIONS } = new ConfigurableModuleBuilder<CacheManagerOptions>({
  moduleName: 'Cache',
  // Keeps two registrations with the same options apart, also where Nest compares modules by their content.
  alwaysTransient: true,
})
  .setFactoryMethodName('createCacheOptions')
  .build();

/** Injection token of the cache: `@Inject(CACHE_MANAGER) cache: Cache`. */
export const CACHE_MANAGER = 'CACHE_MANAGER';
