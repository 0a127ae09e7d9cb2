import { type FactoryProvider, Logger } from '@nestjs/common';
import { composeCache, type CreateCacheOptions } from '../../create-cache';
import type { CacheParts } from '../../domain/cache-parts';
import { flag, namespaceName, optional, shape, invalidOptions, type OptionProblem } from '../../domain/options/option-checks';
import { httpCachingOptions } from '../http/http-defaults';
import { missingCache } from '../methods/declared/method-log';
import { getCacheToken, CacheableService } from '../shared/cacheable.service';
import { MODULE_OPTIONS_TOKEN, type CacheRegistration } from './cacheable.module-definition';
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
      registry.useStatusOf(service);
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

const registrationOptions = shape<{ readonly name: string | undefined; readonly isGlobal: boolean; readonly http: unknown }>({
  http: httpCachingOptions,
  name: optional(namespaceName, undefined),
  isGlobal: optional(flag, false),
});

/**
 * Merges the options of a registration and those of its factory.
 * @param given - the result of the factory
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
function resolveModuleOptions({ name, isGlobal, http }: CacheRegistration, given: unknown): CreateCacheOptions {
  const problems: OptionProblem[] = [];
  registrationOptions({ name, isGlobal, http }, { path: '', problems });
  const options = checkReturned(given, problems);
  if (problems.length > 0) throw invalidOptions('CacheableModule', problems);
  return options;
}

const registrationNames = ['name', 'isGlobal', 'http'];

function checkReturned(given: unknown, problems: OptionProblem[]): CreateCacheOptions {
  if (typeof given !== 'object' || given === null) {
    problems.push({
      path: 'useFactory',
      expected: 'options, {} for the defaults',
      given: given === undefined || given === null ? String(given) : typeof given,
    });
    return {};
  }
  for (const path of registrationNames.filter((name) => name in given)) {
    const expected = 'beside useFactory, useClass or useExisting, because Nest builds the module before it runs them';
    problems.push({ path, expected, given: 'in the options that they return' });
  }
  return given;
}
