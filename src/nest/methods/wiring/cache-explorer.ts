import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type ClassLike, classOf } from '../../shared/class-like';
import { scopedFactoriesIn, type ProviderWrapper } from '../../shared/provided';
import { assignCache, type SlotAssignment, cacheIn } from '../declared/cache-target';
import { decoratedMethodsOf, type AnyFunction, resultKindOf } from '../declared/decorated-method';
import { warn } from '../declared/method-log';
import { decoratedProvidersIn, DecoratedProvider, claimDefaultKeys, withholdDefaultKeys, type OwnDefaultKeys } from './decorated-provider';
import { VisibleCaches } from './visible-caches';

/** Applications that have been explored. Each `CacheableModule` of an application brings an explorer; the first one does the work. */
const explored = new WeakSet<ModulesContainer>();

/**
 * Goes once through the providers of an application: assigns caches to instances that Nest did not make itself (factories, values), warns of
 * providers without a cache, and refuses classes that would read each other's entries. It runs in `onModuleInit`, before the hooks that call
 * decorated methods.
 */
@Injectable()
export class CacheExplorer implements OnModuleInit {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` when several instances would share the entries of a default key */
  async onModuleInit(): Promise<void> {
    if (explored.has(this.#modules)) return;
    explored.add(this.#modules);
    for (const module of this.#modules.values()) {
      const visible = new VisibleCaches(module);
      for (const provider of decoratedProvidersIn(module)) {
        const assignments = await assignmentsFor(provider, visible, claimDefaultKeys);
        if (provider.instance !== undefined) for (const { slot, cache } of assignments) assignCache(provider.instance, slot, cache);
      }
      const findAssignments = factoryAssignments(visible);
      for (const factory of scopedFactoriesIn(module)) injectFactoryResults(factory, findAssignments);
    }
  }
}

/** For classes that are known once a factory has made the first instance. The application runs by then, so a problem is logged and not thrown. */
function factoryAssignments(visible: VisibleCaches): FindAssignments {
  const known = new WeakMap<ClassLike, Promise<readonly SlotAssignment[]>>();
  const find: FindAssignments = (type, instance) =>
    assignmentsFor(new DecoratedProvider(type, instance), visible, withholdDefaultKeys).catch((error: unknown) => {
      warn(type.name, `its methods run uncached: ${String(error)}`);
      return [];
    });
  return (type, instance) => {
    const assignments = known.get(type) ?? find(type, instance);
    known.set(type, assignments);
    return assignments;
  };
}

async function assignmentsFor(
  provider: DecoratedProvider,
  visible: VisibleCaches,
  ownKeys: OwnDefaultKeys,
): Promise<readonly SlotAssignment[]> {
  const assignments: SlotAssignment[] = [];
  for (const { cacheName, methods, slot } of provider.requirements()) {
    const cache = provider.assignedCache(slot) ?? (await visible.named(cacheName));
    if (cache === undefined) {
      warn(provider.nameOf(methods), `no cache to use in ${visible.moduleName}: ${remedy(cacheName)}`);
      continue;
    }
    ownKeys(provider, methods, cache);
    assignments.push({ slot, cache });
  }
  return assignments;
}

function remedy(cacheName: string | undefined): string {
  const options = cacheName === undefined ? '' : `{ name: '${cacheName}' }`;
  return `import CacheableModule.register(${options}) there, or register it with isGlobal; until then the methods run uncached`;
}

/**
 * Finds the caches for the instances of a class.
 * @param instance - the first one, which may have its caches already
 */
type FindAssignments = (type: ClassLike, instance: object) => Promise<readonly SlotAssignment[]>;

/** Assigns caches to the results of a factory that runs for each request or consumer, as Nest's injection does for classes. */
function injectFactoryResults(factory: ProviderWrapper, findAssignments: FindAssignments): void {
  const make = factory.metatype as AnyFunction;
  const inject = (made: unknown): unknown => withCaches(made, findAssignments);
  factory.metatype = (...args: unknown[]): unknown => {
    const made = make(...args);
    return resultKindOf(made) === 'promise' ? (made as PromiseLike<unknown>).then(inject) : inject(made);
  };
}

/** Without decorated methods, the result is passed on at once. */
function withCaches(made: unknown, findAssignments: FindAssignments): unknown {
  if (typeof made !== 'object' || made === null) return made;
  const type = classOf(made);
  return type === undefined || decoratedMethodsOf(type.prototype).length === 0 ? made : assignCaches(made, findAssignments(type, made));
}

async function assignCaches(made: object, assignments: Promise<readonly SlotAssignment[]>): Promise<object> {
  for (const { slot, cache } of await assignments) if (cacheIn(made, slot) === undefined) assignCache(made, slot, cache);
  return made;
}
