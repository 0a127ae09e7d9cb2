import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ClassLike } from '../../shared/class-like';
import { scopedFactoriesIn } from '../../shared/provided';
import { assignCache, type SlotAssignment } from '../declared/cache-slot';
import { warn } from '../declared/method-log';
import { decoratedProvidersIn, DecoratedProvider } from './decorated-provider';
import { claimDefaultKeys, type OwnDefaultKeys, withholdDefaultKeys } from './default-key-owners';
import { injectFactoryResults, type FindAssignments } from './factory-instances';
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
