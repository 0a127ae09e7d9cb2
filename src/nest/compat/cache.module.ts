import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { composeService } from '../module/cacheable.providers';
import { Cache } from './cache';
import { CacheManager } from './cache-manager';
import type { CacheManagerOptions, CacheModuleAsyncOptions, CacheModuleOptions } from './cache-options';
import { CACHE_MANAGER, CACHE_MODULE_OPTIONS, ConfigurableModuleClass } from './cache.module-definition';
import { assertUnambiguous } from './sole-registration';
import { storeTiers } from './store-tiers';

/** Connects nothing yet: a bootstrap that fails later leaves no connection open. */
const cacheManagerProvider: FactoryProvider<CacheManager> = {
  provide: CACHE_MANAGER,
  inject: [CACHE_MODULE_OPTIONS, ModulesContainer],
  useFactory: (options: CacheManagerOptions, modules: ModulesContainer): CacheManager => {
    assertUnambiguous([...modules.values()]);
    const tiers = storeTiers(options);
    return new CacheManager(composeService(tiers.options), tiers, options);
  },
};

/** Provides the cache that `CACHE_MANAGER` and {@link Cache} inject. */
@Module({ providers: [cacheManagerProvider, { provide: Cache, useExisting: CACHE_MANAGER }], exports: [CACHE_MANAGER, Cache] })
export class CacheModule extends ConfigurableModuleClass {
  /** Invalid options fail the bootstrap with `CACHE_OPTION_INVALID`. */
  static override register<StoreConfig extends object = object>(options?: CacheModuleOptions<StoreConfig>): DynamicModule {
    // A factory hides the options from Nest, which serialises a module's content for its ids and graphs: clients, and secrets with them.
    return { ...super.registerAsync({ useFactory: () => options ?? {} }), global: options?.isGlobal === true };
  }

  /** Like {@link register}, with options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
  static override registerAsync<StoreConfig extends object = object>(options: CacheModuleAsyncOptions<StoreConfig>): DynamicModule {
    const definition = super.registerAsync(options);
    const providers = [...(definition.providers ?? []), ...(options.extraProviders ?? [])];
    return { ...definition, global: options.isGlobal === true, providers };
  }
}
