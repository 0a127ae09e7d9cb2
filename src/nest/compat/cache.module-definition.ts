import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CacheManagerOptions } from './cache-options';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<CacheManagerOptions>({ moduleName: 'Cache' })
  .setFactoryMethodName('createCacheOptions')
  .build();
