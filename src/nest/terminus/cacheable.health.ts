import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Cache } from '../../domain/cache';
import { getCacheToken } from '../shared/cache-token';
import { down, judge, type HealthVerdict } from './health-verdict';

type Answer<Key extends string> = (details: Record<string, unknown>) => HealthIndicatorResult<Key>;

/** What Terminus makes results with. */
interface Session<Key extends string> {
  readonly up: Answer<Key>;
  readonly down: Answer<Key>;
  /** Since Terminus 12. */
  readonly degraded?: Answer<Key>;
}

type HasHealth = Pick<Cache, 'health'>;

export interface CacheableHealthOptions {
  /**
   * A named cache, as `@InjectCache(name)` brings it, or one from `createCache`.
   * @defaultValue the application's cache without a name
   */
  readonly cache?: HasHealth;
  /**
   * Whether the application is of no use without layer 2. The check then fails unless layer 2 is up.
   * @defaultValue `false`
   */
  readonly required?: boolean;
}

/**
 * Tells Terminus how a cache is: `up`, `degraded` while layer 2 or its bus is away or layer 2 refuses writes, `down` once the cache is closed.
 * Terminus 11 knows no `degraded`: there it is `up` with `degraded: true`.
 */
@Injectable()
export class CacheableHealthIndicator {
  readonly #indicators: HealthIndicatorService;
  readonly #modules: ModuleRef;

  constructor(@Inject(HealthIndicatorService) indicators: HealthIndicatorService, @Inject(ModuleRef) modules: ModuleRef) {
    this.#indicators = indicators;
    this.#modules = modules;
  }

  /**
   * Answers at once with what the cache knows, and asks nobody. Never throws.
   * @param key - what the result calls the cache
   */
  isHealthy<const Key extends string>(key: Key, options: CacheableHealthOptions = {}): HealthIndicatorResult<Key> {
    const { status, details } = this.#examine(options);
    const session: Session<Key> = this.#indicators.check(key);
    if (status !== 'degraded') return session[status](details);
    return session.degraded?.(details) ?? session.up({ ...details, degraded: true });
  }

  #examine({ cache = this.#unnamed(), required = false }: CacheableHealthOptions): HealthVerdict {
    if (cache === undefined) return down('the application has no cache without a name, and none was given: isHealthy(key, { cache })');
    try {
      return judge(cache.health(), required);
    } catch {
      return down('the cache could not say how it is');
    }
  }

  /** From wherever it is registered, as Terminus finds the connections that its own indicators check. */
  #unnamed(): HasHealth | undefined {
    try {
      return this.#modules.get<HasHealth>(getCacheToken(), { strict: false });
    } catch {
      return undefined;
    }
  }
}
