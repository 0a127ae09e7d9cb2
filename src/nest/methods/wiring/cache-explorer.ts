import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ClassLike } from '../../shared/class-like';
import { repeatingFactoriesOf } from '../../shared/provided';
import { takeSeat, type Seat } from '../declared/cache-slot';
import { warn } from '../declared/method-log';
import { providersOf, DecoratedProvider } from './decorated-provider';
import { KeyOwners } from './default-key-owners';
import { seatWhatIsMade, type SeatsOf } from './factory-instances';
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
      for (const provider of providersOf(module)) {
        const seats = await seatsFor(provider, visible, owners);
        if (provider.instance !== undefined) for (const { seat, cache } of seats) takeSeat(provider.instance, seat, cache);
      }
      const seatsOf = laterSeats(visible, owners);
      for (const factory of repeatingFactoriesOf(module)) seatWhatIsMade(factory, seatsOf);
    }
  }
}

/** For classes that show themselves when a factory makes the first of their instances: too late to refuse anything but the cache. */
function laterSeats(visible: VisibleCaches, owners: KeyOwners): SeatsOf {
  const known = new WeakMap<ClassLike, Promise<readonly Seat[]>>();
  const find: SeatsOf = (type, instance) =>
    seatsFor(new DecoratedProvider(type, instance), visible, owners).catch((error: unknown) => {
      warn(type.name, `its methods just run: ${String(error)}`);
      return [];
    });
  return (type, instance) => {
    const seats = known.get(type) ?? find(type, instance);
    known.set(type, seats);
    return seats;
  };
}

async function seatsFor(provider: DecoratedProvider, visible: VisibleCaches, owners: KeyOwners): Promise<readonly Seat[]> {
  const seats: Seat[] = [];
  for (const { cacheName, methods, seat } of provider.demands()) {
    const cache = provider.seated(seat) ?? (await visible.named(cacheName));
    if (cache === undefined) {
      warn(provider.nameOf(methods), `no cache to use in ${visible.moduleName}: ${remedy(cacheName)}`);
      continue;
    }
    for (const method of methods) owners.claim(provider.type, method, cache);
    seats.push({ seat, cache });
  }
  return seats;
}

function remedy(cacheName: string | undefined): string {
  const options = cacheName === undefined ? '' : `{ name: '${cacheName}' }`;
  return `import CacheableModule.register(${options}) there, or register it with isGlobal; until then the methods just run`;
}
