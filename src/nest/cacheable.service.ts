import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../domain/cache';

/**
 * The injectable cache: a {@link Cache} that lives and dies with the Nest application. It is connected before the first request, and closed
 * after the last one.
 */
@Injectable()
export class CacheableService extends Cache implements OnApplicationShutdown {
  /** For Nest, which calls it once the application no longer listens. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
