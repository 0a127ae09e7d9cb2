import { Inject, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type CacheableService, getCacheToken } from '../../shared/cacheable.service';
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
    return (await moduleRef.create(cacheProbe(cacheName))).cache;
  }
}

interface CacheProbe {
  readonly cache?: CacheableService;
}

/** A class that injects the cache, if the module sees it. Nest resolves it, so imports, exports and global modules count as always. */
function cacheProbe(cacheName: string | undefined): new () => CacheProbe {
  class Probe implements CacheProbe {
    declare readonly cache?: CacheableService;
  }
  Optional()(Probe.prototype, 'cache');
  Inject(getCacheToken(cacheName))(Probe.prototype, 'cache');
  return Probe;
}
