import type { FactoryProvider } from '@nestjs/common';
import { composeCache, type CreateCacheOptions } from '../create-cache';
import type { CacheParts } from '../domain/cache';
import { MODULE_OPTIONS_TOKEN } from './cacheable.module-definition';
import { CacheableService } from './cacheable.service';
import { nestLogger } from './nest-logger';

/** The bootstrap waits until it is known whether layer 2 is there, so that the first request need not. */
export const cacheableServiceProvider: FactoryProvider<CacheableService> = {
  provide: CacheableService,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: async (options: CreateCacheOptions): Promise<CacheableService> => {
    const create = (parts: CacheParts): CacheableService => new CacheableService(parts);
    const service = composeCache(options, { logger: nestLogger(), lateReads: 'misses', create });
    try {
      await service.start();
    } catch (error) {
      await service.close();
      throw error;
    }
    return service;
  },
};
