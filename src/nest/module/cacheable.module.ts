import { Inject, Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { HttpDefaults } from '../http/http-defaults';
import { UseCacheCheck } from '../http/use-cache-check';
import { CacheExplorer } from '../methods/wiring/cache-explorer';
import {
  ConfigurableModuleClass,
  type CacheableModuleAsyncOptions,
  type CacheableModuleOptions,
  CacheRegistration,
} from './cacheable.module-definition';

import { CacheRegistry } from './cacheable.module-registry';
import { cacheProvider } from './cacheable.providers';

/** Provides a cache: as `CacheableService`, or with a name by `@InjectCache(name)`. */
@Module({ providers: [CacheRegistry, CacheExplorer, UseCacheCheck] })
export class CacheableModule extends ConfigurableModuleClass implements OnModuleInit {
  readonly #registry: CacheRegistry;

  constructor(@Inject(CacheRegistry) registry: CacheRegistry) {
    super();
    this.#registry = registry;
  }

  /** @param options - those of `createCache`, `name`, `isGlobal` and `http`. Invalid ones fail the bootstrap with `CACHE_OPTION_INVALID` */
  static override register({ name, isGlobal, http, ...options }: CacheableModuleOptions = {}): DynamicModule {
    // In a closure, because Nest serialises the content of a module for its ids and graphs: clients, and the secrets in them.
    return dynamicModule(new CacheRegistration(name, isGlobal, http), super.registerAsync({ useFactory: () => options }));
  }

  /** As {@link register}, with options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
  static override registerAsync(options: CacheableModuleAsyncOptions): DynamicModule {
    return dynamicModule(
      new CacheRegistration(options.name, options.isGlobal, options.http),
      super.registerAsync(options),
      options.extraProviders,
    );
  }

  /**
   * The bootstrap waits until L2 is connected or known to be unreachable, so that the first request does not wait.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` with `startup: 'require'` alone
   */
  async onModuleInit(): Promise<void> {
    await this.#registry.start();
  }
}

function dynamicModule(
  registration: CacheRegistration,
  definition: DynamicModule,
  extraProviders: readonly Provider[] = [],
): DynamicModule {
  const cache = cacheProvider(registration);
  const mark: Provider = { provide: CacheRegistration, useValue: registration };
  return {
    ...definition,
    global: registration.isGlobal === true,
    providers: [...(definition.providers ?? []), mark, cache, ...httpDefaults(registration), ...extraProviders],
    exports: [cache.provide],
  };
}

/** By a factory, since the options are checked when the application starts. */
function httpDefaults({ http }: CacheRegistration): readonly Provider[] {
  return http === undefined ? [] : [{ provide: HttpDefaults, useFactory: () => new HttpDefaults(http) }];
}
