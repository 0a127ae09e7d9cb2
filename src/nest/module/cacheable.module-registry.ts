import { Inject, Injectable, Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { CacheError } from '../../domain/cache-error';
import { HttpDefaults } from '../http/http-defaults';
import { clientErrorCheck, useClientErrorCheck } from '../shared/client-error';
import { getCacheToken, CacheableService } from '../shared/cacheable.service';
import { CacheRegistration } from './cacheable.module-definition';

/** The caches of one application, found in Nest's list of its modules: two applications in one process share nothing. */
@Injectable()
export class CacheRegistry {
  readonly #modules: ModulesContainer;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID` when two registrations of the application have the same name, or no name */
  assertUniqueName({ name }: CacheRegistration): void {
    const namesakes = this.#registered().filter((registration) => registration.name === name);
    if (namesakes.length > 1) throw duplicate(namesakes.length, name);
    if (this.#httpOptions() > 1) throw new CacheError('CACHE_OPTION_INVALID', severalHttpOptions);
  }

  /** Nest calls no hooks in modules that are loaded lazily, so the cache is also a provider of the first module: its hooks close the cache. */
  keepForHooks(cache: CacheableService): void {
    const [first] = this.#modules.values();
    first?.addProvider({ provide: Symbol('cache'), useValue: cache });
  }

  /** Lets decorated methods of the cache use the `http.statusOf` of the application. */
  useStatusOf(cache: CacheableService): void {
    const warn = (message: string): void => Logger.warn(message, 'CacheableModule');
    useClientErrorCheck(cache, () => clientErrorCheck(HttpDefaults.of(this.#modules).statusOf, warn));
  }

  /**
   * Connects all caches at once; Nest's own hooks would connect them one after another. When one fails, all are closed: the caller of the bootstrap
   * gets no application that it could close.
   */
  async start(): Promise<void> {
    const caches = this.#caches();
    const outcomes = await Promise.allSettled(caches.map((cache) => cache.start()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    await Promise.all(caches.map((cache) => cache.close()));
    throw failed.reason;
  }

  /** Registrations with the option `http`. */
  #httpOptions(): number {
    const registrations = [...this.#modules.values()].map(({ providers }): unknown => providers.get(CacheRegistration)?.instance);
    return registrations.filter((found) => found instanceof CacheRegistration && found.http !== undefined).length;
  }

  #registered(): { readonly name: string | undefined; readonly cache: unknown }[] {
    return [...this.#modules.values()].flatMap(({ providers }) => {
      const registration: unknown = providers.get(CacheRegistration)?.instance;
      if (!(registration instanceof CacheRegistration)) return [];
      const { name } = registration;
      return [{ name, cache: providers.get(getCacheToken(name))?.instance }];
    });
  }

  /** Providers that replace a cache in a test are left out. */
  #caches(): CacheableService[] {
    return this.#registered().flatMap(({ cache }) => (cache instanceof CacheableService ? [cache] : []));
  }
}

const severalHttpOptions =
  "CacheableModule: several registrations have the option 'http', which is for the whole application; give it to one of them";

function duplicate(count: number, name: string | undefined): CacheError {
  const which = name === undefined ? `${String(count)} caches without a name` : `${String(count)} caches named '${name}'`;
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheableModule: the application registers ${which}; give each its own 'name', or register one cache once, with 'isGlobal' or by importing the same dynamic module object`,
  );
}
