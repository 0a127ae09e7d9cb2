import { Inject, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getCacheToken } from '../../shared/cache-token';
import type { CacheableService } from '../../shared/cacheable.service';
import type { NestModule } from '../../shared/provided';

/** The caches that a module can inject, by Nest's own rules. */
export class VisibleCaches {
  readonly #module: NestModule;
  readonly #found = new Map<string | undefined, Promise<CacheableService | undefined>>();

  constructor(module: NestModule) {
    this.#module = module;
  }

  get moduleName(): string {
    return this.#module.name;
  }

  named(cacheName: string | undefined): Promise<CacheableService | undefined> {
    const found = this.#found.get(cacheName) ?? this.#find(cacheName);
    this.#found.set(cacheName, found);
    return found;
  }

  async #find(cacheName: string | undefined): Promise<CacheableService | undefined> {
    const moduleRef = this.#module.getProviderByKey<ModuleRef>(ModuleRef).instance;
    return (await moduleRef.create(askingFor(cacheName))).cache;
  }
}

interface Asking {
  readonly cache?: CacheableService;
}

/** Nest alone knows what a module sees: so it is asked for an instance that would like to have the cache. */
function askingFor(cacheName: string | undefined): new () => Asking {
  class Asker implements Asking {
    declare readonly cache?: CacheableService;
  }
  Optional()(Asker.prototype, 'cache');
  Inject(getCacheToken(cacheName))(Asker.prototype, 'cache');
  return Asker;
}
