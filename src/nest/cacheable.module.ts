import { Module, type DynamicModule } from '@nestjs/common';
import { ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type CacheableModuleOptions } from './cacheable.module-definition';
import { cacheableServiceProvider } from './cacheable.providers';
import { CacheableService } from './cacheable.service';

/** Brings `CacheableService` and everything that the interceptor needs. */
@Module({ providers: [cacheableServiceProvider], exports: [CacheableService] })
export class CacheableModule extends ConfigurableModuleClass {
  /** @param options - those of `createCache`, and `isGlobal`. Wrong ones fail the bootstrap with `CACHE_OPTION_INVALID` */
  static override register(options: CacheableModuleOptions = {}): DynamicModule {
    return super.register(options);
  }

  /** As {@link register}, with options from `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. */
  static override registerAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.registerAsync(options);
  }
}
