import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../../domain/cache';

/**
 * The injectable cache: a {@link Cache} that lives and dies with the Nest application. It is connected before the first request, and closed
 * after the last one. Once closed it is merely empty: reads miss, `wrap` runs the loader and stores nothing.
 */
@Injectable()
export class CacheableService extends Cache implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** For Nest, which calls it while requests are still being answered. */
  beforeApplicationShutdown(): void {
    this.stopRefreshes();
  }

  /** For Nest, which calls it once the application no longer listens. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
