import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CreateCacheOptions } from '../create-cache';

/** Options of `CacheableModule.register`: those of `createCache`, and how far the module reaches. */
export interface CacheableModuleOptions extends CreateCacheOptions {
  /**
   * Whether every module can inject the cache without importing `CacheableModule`.
   * @defaultValue `false`
   */
  readonly isGlobal?: boolean;
}

/** A class that builds the options, for `registerAsync({ useClass })` and `useExisting`. */
export interface CacheableOptionsFactory {
  createCacheOptions(): CreateCacheOptions | Promise<CreateCacheOptions>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<CreateCacheOptions>({
    moduleName: 'Cacheable',
  })
    .setFactoryMethodName('createCacheOptions')
    .setExtras<{ isGlobal?: boolean }>({ isGlobal: false }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal ?? false }))
    .build();
