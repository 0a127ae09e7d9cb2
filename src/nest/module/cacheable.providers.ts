import { type FactoryProvider, Logger } from '@nestjs/common';
import { composeCache, type CreateCacheOptions } from '../../create-cache';
import type { CacheParts } from '../../domain/cache-parts';
import { missingCache } from '../methods/declared/method-log';
import { getCacheToken, CacheableService } from '../shared/cacheable.service';
import { MODULE_OPTIONS_TOKEN, type CacheRegistration } from './cacheable.module-definition';
import { resolveModuleOptions } from './cacheable.module-options';
import { CacheRegistry } from './cacheable.module-registry';

/** The cache connects later, in `onModuleInit`: a bootstrap that fails before it leaves nothing open. */
export function cacheProvider(registration: CacheRegistration): FactoryProvider<CacheableService> {
  return {
    provide: getCacheToken(registration.name),
    inject: [MODULE_OPTIONS_TOKEN, CacheRegistry],
    useFactory: (given: unknown, registry: CacheRegistry): CacheableService => {
      registry.assertUniqueName(registration);
      const service = composeService(resolveModuleOptions(registration, given), registration.name);
      registry.keepForHooks(service);
      return service;
    },
  };
}

/** @param name - the cache's name, for the log and the default namespace */
export function composeService(options: CreateCacheOptions, name?: string): CacheableService {
  missingCache.cacheRegistered();
  const logger = options.logger ?? new Logger(name === undefined ? 'Cacheable' : `Cacheable:${name}`);
  const create = (parts: CacheParts): CacheableService => new CacheableService(parts);
  return composeCache(
    { ...options, logger },
    { lateReads: 'misses', create, ...(name !== undefined && { defaultNamespace: `tiercel:${name}` }) },
  );
}
