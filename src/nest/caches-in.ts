import type { ModulesContainer } from '@nestjs/core';
import { CacheableService } from './cacheable.service';

/** Every cache of an application, whichever module brings it. They are all there once the application bootstraps. */
export function cachesIn(modules: ModulesContainer): readonly CacheableService[] {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()]);
  // Not `instance`: of a transient provider it is a bare prototype.
  const instances: unknown[] = providers.filter(({ isNotMetatype }) => isNotMetatype).map(({ instance }) => instance);
  return [...new Set(instances.filter((instance) => instance instanceof CacheableService))];
}
