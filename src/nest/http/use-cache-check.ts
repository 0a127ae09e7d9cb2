import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer, MetadataScanner } from '@nestjs/core';
import { useCacheMetadata } from '../decorators/use-cache.decorator';
import type { ClassLike } from '../shared/class-like';
import { cacheIn } from '../shared/find-caches';
import { providedBy } from '../shared/provided';

/** Applications that have been looked through: each of their modules with a cache brings a check. */
const checked = new WeakSet<ModulesContainer>();

/**
 * Says of `@UseCache` that it names a cache which no module brings, before the first call fails for it. It does not keep the application from starting,
 * since a module that is loaded lazily may bring it yet.
 */
@Injectable()
export class UseCacheCheck implements OnApplicationBootstrap {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  onApplicationBootstrap(): void {
    if (checked.has(this.#modules)) return;
    checked.add(this.#modules);
    const types = new Set([...this.#modules.values()].flatMap(providedBy).map(({ type }) => type));
    for (const type of types) for (const [place, name] of namedBy(type)) this.#look(place, name);
  }

  #look(place: string, name: string): void {
    if (cacheIn(this.#modules, name) !== undefined) return;
    const remedy = `import CacheableModule.register({ name: '${name}' }), or its calls fail`;
    new Logger('CacheableInterceptor').warn(`${place}: @UseCache('${name}'), and no module brings such a cache: ${remedy}`);
  }
}

/** Which caches a class and its methods name, and where. */
function namedBy(type: ClassLike): (readonly [place: string, cache: string])[] {
  const methods = new MetadataScanner().getAllMethodNames(type.prototype);
  const places = methods.map((method) => [`${type.name}.${method}`, Reflect.get(type.prototype, method) as object] as const);
  return [[type.name, type] as const, ...places].flatMap(([place, target]) => {
    const cache = Reflect.getMetadata(useCacheMetadata, target) as string | undefined;
    return cache === undefined ? [] : [[place, cache] as const];
  });
}
