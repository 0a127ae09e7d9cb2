import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { Cache } from '../../domain/cache';

/**
 * The injectable cache: a {@link Cache} that starts and stops with the Nest application. It is connected before the first request, and closed
 * after the last one. A closed cache is empty: reads miss, `wrap` runs the loader and stores nothing.
 */
@Injectable()
export class CacheableService extends Cache implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** @internal */
  protected override get storesResponses(): boolean {
    return true;
  }

  /** Called by Nest while requests are still being answered. */
  beforeApplicationShutdown(): void {
    this.stopRefreshes();
  }

  /** Called by Nest once the application no longer listens. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/**
 * The injection token of a cache.
 * @param name - as given to `CacheableModule.register({ name })`; without it, the cache without a name
 */
export function getCacheToken(name?: string): string | typeof CacheableService {
  return name === undefined ? CacheableService : `tiercel:${name}`;
}

/**
 * Injects a {@link CacheableService}.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const InjectCache = (name?: string): ParameterDecorator & PropertyDecorator => Inject(getCacheToken(name));

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
