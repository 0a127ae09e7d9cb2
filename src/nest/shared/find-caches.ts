import type { ModulesContainer } from '@nestjs/core';
import { getCacheToken } from './cache-token';
import { CacheableService } from './cacheable.service';

/** Every cache of an application, whichever module brings it. They are all there once the application bootstraps. */
export function cachesIn(modules: ModulesContainer): readonly CacheableService[] {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()]);
  // Not `instance`: of a transient provider it is a bare prototype.
  const instances: unknown[] = providers.filter(({ isNotMetatype }) => isNotMetatype).map(({ instance }) => instance);
  return [...new Set(instances.filter((instance) => instance instanceof CacheableService))];
}

/**
 * The cache of that name, whichever module of the application brings it; `undefined` if none does. `ModuleRef` would look among the modules that were
 * there when it was first asked, without those that were loaded lazily since.
 */
export function cacheIn(modules: ModulesContainer, name: string): unknown {
  const token = getCacheToken(name);
  for (const { providers } of modules.values()) {
    const instance: unknown = providers.get(token)?.instance;
    if (instance !== undefined && instance !== null) return instance;
  }
  return undefined;
}
