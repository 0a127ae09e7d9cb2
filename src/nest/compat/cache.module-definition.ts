import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CacheManagerOptions } from './cache-options';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: CACHE_MODULE_OPTIONS } = new ConfigurableModuleBuilder<CacheManagerOptions>({
  moduleName: 'Cache',
  // Keeps two registrations with the same options apart, also where Nest compares modules by their content.
  alwaysTransient: true,
})
  .setFactoryMethodName('createCacheOptions')
  .build();

/** Injection token of the cache: `@Inject(CACHE_MANAGER) cache: Cache`. */
export const CACHE_MANAGER = 'CACHE_MANAGER';
