import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { takeSeat } from './cache-seat';
import { DecoratedProvider, providersOf } from './decorated-provider';
import { KeyOwners } from './key-owners';
import { warn } from './method-log';
import { VisibleCaches } from './visible-caches';

/** Applications that have been explored: each of their modules with a cache brings an explorer. */
const explored = new WeakSet<ModulesContainer>();

/**
 * Looks once through the providers of an application: gives a cache to instances that Nest did not make itself (factories, values), names those
 * that will have none, and refuses classes that would take each other's entries. Early enough for hooks that call decorated methods.
 */
@Injectable()
export class CacheExplorer implements OnModuleInit {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` when two classes of one name use default keys in the same place */
  async onModuleInit(): Promise<void> {
    if (explored.has(this.#modules)) return;
    explored.add(this.#modules);
    const owners = new KeyOwners();
    for (const module of this.#modules.values()) {
      const visible = new VisibleCaches(module);
      for (const provider of providersOf(module)) await explore(provider, visible, owners);
    }
  }
}

async function explore(provider: DecoratedProvider, visible: VisibleCaches, owners: KeyOwners): Promise<void> {
  for (const { cacheName, methods, seat } of provider.demands()) {
    const cache = provider.seated(seat) ?? (await visible.named(cacheName));
    if (cache === undefined) {
      warn(provider.nameOf(methods), `no cache to use in ${visible.moduleName}: ${remedy(cacheName)}`);
      continue;
    }
    if (provider.instance !== undefined) takeSeat(provider.instance, seat, cache);
    for (const method of methods) owners.claim(provider.type, method, cache);
  }
}

function remedy(cacheName: string | undefined): string {
  const options = cacheName === undefined ? '' : `{ name: '${cacheName}' }`;
  return `import CacheableModule.register(${options}) there, or register it with isGlobal; until then the methods just run`;
}
