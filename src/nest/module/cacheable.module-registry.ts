import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { CacheError } from '../../domain/cache-error';
import { getCacheToken } from '../shared/cache-token';
import { CacheableService } from '../shared/cacheable.service';
import { CacheRegistration } from './cacheable.module-registration';

/** The caches of one application. They are found in Nest's own list of its modules: two applications in one process share nothing. */
@Injectable()
export class CacheRegistry {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` when another registration of the application has the same name, or has none as well */
  assertAlone({ name }: CacheRegistration): void {
    const namesakes = this.#registered().filter((registration) => registration.name === name);
    if (namesakes.length > 1) throw duplicate(namesakes.length, name);
  }

  /** Nest calls no hooks in modules that were loaded lazily; so one that was there before them holds the cache too. */
  hold(cache: CacheableService): void {
    const [first] = this.#modules.values();
    first?.addProvider({ provide: Symbol('cache'), useValue: cache });
  }

  /**
   * Connects all of them at once, where Nest would wait for one after another. When one of them fails, all are closed: who bootstraps may get
   * no application that could be.
   */
  async start(): Promise<void> {
    const caches = this.#caches();
    const outcomes = await Promise.allSettled(caches.map((cache) => cache.start()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    await Promise.all(caches.map((cache) => cache.close()));
    throw failed.reason;
  }

  #registered(): { readonly name: string | undefined; readonly cache: unknown }[] {
    return [...this.#modules.values()].flatMap(({ providers }) => {
      const registration: unknown = providers.get(CacheRegistration)?.instance;
      if (!(registration instanceof CacheRegistration)) return [];
      const { name } = registration;
      return [{ name, cache: providers.get(getCacheToken(name))?.instance }];
    });
  }

  /** What a test put in the place of a cache is none. */
  #caches(): CacheableService[] {
    return this.#registered().flatMap(({ cache }) => (cache instanceof CacheableService ? [cache] : []));
  }
}

function duplicate(count: number, name: string | undefined): CacheError {
  const which = name === undefined ? `${String(count)} caches without a name` : `${String(count)} caches named '${name}'`;
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheableModule: the application registers ${which}; give each its own 'name', or register one cache once, with 'isGlobal' or by importing the same dynamic module object`,
  );
}
