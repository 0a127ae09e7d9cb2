import { type Provider, ConfigurableModuleBuilder } from '@nestjs/common';
import type { CreateCacheOptions } from '../../create-cache';

/** What Nest has to know of a cache before its options are. */
export interface CacheRegistrationOptions {
  /**
   * What the cache is injected by: `@InjectCache(name)`. Its keys start with `tiercel:<name>`, unless `namespace` says otherwise, so it is made
   * of the same characters.
   * @defaultValue none: it is injected as `CacheableService`, and there is one such cache in an application
   */
  readonly name?: string;
  /**
   * Whether every module can inject the cache without importing `CacheableModule`.
   * @defaultValue `false`
   */
  readonly isGlobal?: boolean;
}

/** Options of `CacheableModule.register`: those of `createCache`, and where the cache stands in the application. */
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

// `alwaysTransient` keeps registrations apart where Nest identifies modules by what they are made of (`deep-hash`): they may differ in nothing
// but the variables of a factory.
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } = new ConfigurableModuleBuilder<CreateCacheOptions>({
  moduleName: 'Cacheable',
  alwaysTransient: true,
})
  .setFactoryMethodName('createCacheOptions')
  .setExtras<AsyncExtras>({})
  .build();

/** Options of `CacheableModule.registerAsync`. */
export type CacheableModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;
