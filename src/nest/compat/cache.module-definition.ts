import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CacheManagerOptions } from './cache-options';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<CacheManagerOptions>({
  moduleName: 'Cache',
  // Two registrations are two, also where Nest compares modules by what they are made of.
  alwaysTransient: true,
})
  .setFactoryMethodName('createCacheOptions')
  .build();
