import { type Provider, ConfigurableModuleBuilder } from '@nestjs/common';
import type { CreateCacheOptions } from '../../create-cache';
import type { HttpCachingOptions } from '../http/http-defaults';

/** Options that Nest needs before it runs the factory of the other options. */
export interface CacheRegistrationOptions {
  /**
   * The name that the cache is injected by: `@InjectCache(name)`. Without a `namespace` its keys start with `tiercel:<name>`, so the name consists
   * of the characters of a namespace.
   * @defaultValue none: the cache is injected as `CacheableService`, and an application has one such cache at most
   */
  readonly name?: string;
  /**
   * Whether every module can inject the cache without importing `CacheableModule`.
   * @defaultValue `false`
   */
  readonly isGlobal?: boolean;
  /**
   * Defaults of `CacheableInterceptor` for the handlers of the whole application; given to one registration at most.
   * @defaultValue `{ scope: 'detected', hosts: 'any' }`
   */
  readonly http?: HttpCachingOptions;
}

/** Options of `CacheableModule.register`: those of `createCache`, the cache's name and its visibility. */
export interface CacheableModuleOptions extends CreateCacheOptions, CacheRegistrationOptions {}

/** A class that builds the options, for `registerAsync({ useClass })` and `useExisting`. */
export interface CacheableOptionsFactory {
  createCacheOptions(): CreateCacheOptions | Promise<CreateCacheOptions>;
}

interface AsyncExtras extends CacheRegistrationOptions {
  /**
   * Providers that `useFactory` and `useClass` can inject, besides those of `imports`.
   * @defaultValue none
   */
  readonly extraProviders?: readonly Provider[];
}

// Nest identifies dynamic modules by their content (`deep-hash`), and two registrations may differ in the variables of a factory alone.
// `alwaysTransient` keeps them apart.
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } = new ConfigurableModuleBuilder<CreateCacheOptions>({
  moduleName: 'Cacheable',
  alwaysTransient: true,
})
  .setFactoryMethodName('createCacheOptions')
  .setExtras<AsyncExtras>({})
  .build();

/** Options of `CacheableModule.registerAsync`. */
export type CacheableModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Marks a module that registers a cache. */
export class CacheRegistration {
  constructor(
    readonly name: string | undefined,
    readonly isGlobal: boolean | undefined,
    readonly http?: HttpCachingOptions,
  ) {}
}
