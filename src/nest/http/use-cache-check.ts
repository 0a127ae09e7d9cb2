import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer, MetadataScanner } from '@nestjs/core';
import { useCacheMetadata } from '../decorators/handler.decorators';
import { findCache } from '../shared/cacheable.service';
import type { ClassLike } from '../shared/class-like';
import { providersIn } from '../shared/provided';

/** Each module with a cache registers a check; one check per application is enough. */
const checkedApplications = new WeakSet<ModulesContainer>();

/**
 * Warns at start-up about a `@UseCache` whose cache no module registers, before the first call fails. It does not stop the start, since a lazily loaded
 * module may still register the cache.
 */
@Injectable()
export class UseCacheCheck implements OnApplicationBootstrap {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  onApplicationBootstrap(): void {
    if (checkedApplications.has(this.#modules)) return;
    checkedApplications.add(this.#modules);
    const types = new Set([...this.#modules.values()].flatMap(providersIn).map(({ type }) => type));
    for (const type of types) for (const [place, name] of cachesNamedBy(type)) this.#checkCache(place, name);
  }

  #checkCache(place: string, name: string): void {
    if (findCache(this.#modules, name) !== undefined) return;
    const remedy = `import CacheableModule.register({ name: '${name}' }), or its calls fail`;
    new Logger('CacheableInterceptor').warn(`${place}: @UseCache('${name}'), and no module registers that cache: ${remedy}`);
  }
}

/** The caches that a class and its methods name with `@UseCache`, each with its place. */
function cachesNamedBy(type: ClassLike): (readonly [place: string, cache: string])[] {
  const methods = new MetadataScanner().getAllMethodNames(type.prototype);
  const places = methods.map((method) => [`${type.name}.${method}`, Reflect.get(type.prototype, method) as object] as const);
  return [[type.name, type] as const, ...places].flatMap(([place, target]) => {
    const cache = Reflect.getMetadata(useCacheMetadata, target) as string | undefined;
    return cache === undefined ? [] : [[place, cache] as const];
  });
}
