import { type FactoryProvider, Logger } from '@nestjs/common';
import { composeCache, type CreateCacheOptions } from '../../create-cache';
import { getCacheToken } from '../shared/cache-token';
import { CacheableService } from '../shared/cacheable.service';
import { MODULE_OPTIONS_TOKEN } from './cacheable.module-definition';
import { resolveModuleOptions } from './cacheable.module-options';
import type { CacheRegistration } from './cacheable.module-registration';
import { CacheRegistry } from './cacheable.module-registry';

/** Nothing is connected yet: a bootstrap that fails later, for whatever reason, leaves nothing open. */
export function cacheProvider(registration: CacheRegistration): FactoryProvider<CacheableService> {
  return {
    provide: getCacheToken(registration.name),
    inject: [MODULE_OPTIONS_TOKEN, CacheRegistry],
    useFactory: (given: unknown, registry: CacheRegistry): CacheableService => {
      registry.assertAlone(registration);
      const service = composeService(resolveModuleOptions(registration, given), registration.name);
      registry.hold(service);
      return service;
    },
  };
}

/** @param name - of the cache, for its log */
export function composeService(options: CreateCacheOptions, name?: string): CacheableService {
  const logger = options.logger ?? new Logger(name === undefined ? 'Cacheable' : `Cacheable:${name}`);
  return composeCache({ ...options, logger }, { lateReads: 'misses', create: (parts) => new CacheableService(parts) });
}
