import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { CacheError } from '../../domain/cache-error';
import { composeService } from '../module/cacheable.providers';
import type { NestModule } from '../shared/provided';
import { Cache } from './cache';
import { CacheManager } from './cache-manager';
import {
  type CacheManagerOptions,
  type CacheModuleAsyncOptions,
  type CacheModuleOptions,
  CACHE_MANAGER,
  CACHE_MODULE_OPTIONS,
  ConfigurableModuleClass,
} from './cache.module-definition';
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

/**
 * Nest injects the first cache that it finds. So a module that imports two caches, or an application with two global ones, is a mistake.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
function assertUnambiguous(modules: readonly NestModule[]): void {
  const globals = modules.filter((one) => providesCache(one) && one.isGlobal);
  if (globals.length > 1) throw ambiguous('the application has', globals.length, 'global caches');
  for (const importer of modules) {
    // Nest adds the global modules to the imports of every module, after the ones that it declares.
    const imported = [...importer.imports].filter((one) => providesCache(one) && !one.isGlobal);
    if (imported.length > 1) throw ambiguous(`${importer.name} imports`, imported.length, 'caches');
  }
}

function providesCache({ exports, providers }: NestModule): boolean {
  return exports.has(CACHE_MANAGER) && providers.has(CACHE_MODULE_OPTIONS);
}

function ambiguous(importer: string, count: number, caches: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheModule: ${importer} ${String(count)} ${caches}, expected one: Nest would inject the first and ignore the others; for several caches use CacheableModule.register({ name })`,
  );
}
