import type { ModulesContainer } from '@nestjs/core';
import { getCacheToken, CacheableService } from './cacheable.service';

/** All caches of an application, whichever module registers them. They exist once the application bootstraps. */
export function findCaches(modules: ModulesContainer): readonly CacheableService[] {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()]);
  // Classes are left out: the `instance` of a transient one is a bare prototype.
  const instances: unknown[] = providers.filter(({ isNotMetatype }) => isNotMetatype).map(({ instance }) => instance);
  return [...new Set(instances.filter((instance) => instance instanceof CacheableService))];
}

/**
 * The cache of that name, whichever module of the application registers it; `undefined` without one. `ModuleRef` searches the modules that existed
 * at its first search, and so misses modules that were loaded lazily later.
 */
export function findCache(modules: ModulesContainer, name: string): unknown {
  const token = getCacheToken(name);
  for (const { providers } of modules.values()) {
    const instance: unknown = providers.get(token)?.instance;
    if (instance !== undefined && instance !== null) return instance;
  }
  return undefined;
}
