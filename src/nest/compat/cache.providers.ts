import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { composeService } from '../module/cacheable.providers';
import { CACHE_MANAGER, CACHE_MODULE_OPTIONS } from './cache.constants';
import { CacheManager } from './cache-manager';
import type { CacheManagerOptions } from './cache-options';
import { assertUnambiguous } from './sole-registration';
import { storeLayers } from './store-layers';

/** Nothing is connected yet: a bootstrap that fails later, for whatever reason, leaves nothing open. */
export const cacheManagerProvider: FactoryProvider<CacheManager> = {
  provide: CACHE_MANAGER,
  inject: [CACHE_MODULE_OPTIONS, ModulesContainer],
  useFactory: (options: CacheManagerOptions, modules: ModulesContainer): CacheManager => {
    assertUnambiguous([...modules.values()]);
    const layers = storeLayers(options);
    return new CacheManager(composeService(layers.options), layers, options);
  },
};
