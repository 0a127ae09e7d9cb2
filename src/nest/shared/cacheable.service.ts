import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../../domain/cache';

/**
 * The injectable cache: a {@link Cache} that starts and stops with the Nest application. It is connected before the first request, and closed
 * after the last one. A closed cache is empty: reads miss, `wrap` runs the loader and stores nothing.
 */
@Injectable()
export class CacheableService extends Cache implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** @internal */
  protected override get storesResponses(): boolean {
    return true;
  }

  /** Called by Nest while requests are still being answered. */
  beforeApplicationShutdown(): void {
    this.stopRefreshes();
  }

  /** Called by Nest once the application no longer listens. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/**
 * The injection token of a cache.
 * @param name - as given to `CacheableModule.register({ name })`; without it, the cache without a name
 */
export function getCacheToken(name?: string): string | typeof CacheableService {
  return name === undefined ? CacheableService : `tiercel:${name}`;
}
