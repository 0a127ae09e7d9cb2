import type { ModulesContainer } from '@nestjs/core';
import { getCacheToken } from '../cache-token';

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
