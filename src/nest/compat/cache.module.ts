import { Module, type DynamicModule } from '@nestjs/common';
import { Cache } from './cache';
import { CACHE_MANAGER } from './cache.constants';
import { ConfigurableModuleClass } from './cache.module-definition';
import type { CacheModuleAsyncOptions, CacheModuleOptions } from './cache-options';
import { cacheManagerProvider } from './cache.providers';

/** Brings the cache that `CACHE_MANAGER` and {@link Cache} inject. */
@Module({ providers: [cacheManagerProvider, { provide: Cache, useExisting: CACHE_MANAGER }], exports: [CACHE_MANAGER, Cache] })
export class CacheModule extends ConfigurableModuleClass {
  /** Wrong options fail the bootstrap with `CACHE_OPTION_INVALID`. */
  static override register<StoreConfig extends object = object>(options?: CacheModuleOptions<StoreConfig>): DynamicModule {
    // In a closure, because Nest serialises what a module is made of for its ids and graphs: clients, and secrets with them.
    return { ...super.registerAsync({ useFactory: () => options ?? {} }), global: options?.isGlobal === true };
  }

  /** As {@link register}, with options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
  static override registerAsync<StoreConfig extends object = object>(options: CacheModuleAsyncOptions<StoreConfig>): DynamicModule {
    const definition = super.registerAsync(options);
    const providers = [...(definition.providers ?? []), ...(options.extraProviders ?? [])];
    return { ...definition, global: options.isGlobal === true, providers };
  }
}
