import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { Cache } from '../../domain/cache';
import type { CacheHealth } from '../../domain/lifecycle';
import { getCacheToken } from '../shared/cacheable.service';

type MakeResult<Key extends string> = (details: Record<string, unknown>) => HealthIndicatorResult<Key>;

/** Terminus' maker of results for one key. */
interface IndicatorSession<Key extends string> {
  readonly up: MakeResult<Key>;
  readonly down: MakeResult<Key>;
  /** Since Terminus 12. */
  readonly degraded?: MakeResult<Key>;
}

type HasHealth = Pick<Cache, 'health'>;

export interface CacheableHealthOptions {
  /**
   * A named cache, as `@InjectCache(name)` injects it, or one from `createCache`.
   * @defaultValue the application's cache without a name
   */
  readonly cache?: HasHealth;
  /**
   * Whether the application needs L2. The check then fails unless L2 is up.
   * @defaultValue `false`
   */
  readonly required?: boolean;
}

/**
 * Reports the health of a cache to Terminus: `up`, `degraded` while L2 or its bus is unreachable or L2 refuses writes, `down` once the cache is
 * closed. Terminus 11 has no `degraded`: there it is `up` with `degraded: true`.
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
   * Answers at once from the state that the cache keeps, without a call to L2. Never throws.
   * @param key - the cache's name in the result
   */
  isHealthy<const Key extends string>(key: Key, options: CacheableHealthOptions = {}): HealthIndicatorResult<Key> {
    const { status, details } = this.#verdict(options);
    const session: IndicatorSession<Key> = this.#indicators.check(key);
    if (status !== 'degraded') return session[status](details);
    return session.degraded?.(details) ?? session.up({ ...details, degraded: true });
  }

  #verdict({ cache = this.#defaultCache(), required = false }: CacheableHealthOptions): HealthVerdict {
    if (cache === undefined) return down('the application has no cache without a name, and none was given: isHealthy(key, { cache })');
    try {
      return judge(cache.health(), required);
    } catch {
      return down('the cache could not report its health');
    }
  }

  /** Searched in all modules, as Terminus' own indicators search their connections. */
  #defaultCache(): HasHealth | undefined {
    try {
      return this.#modules.get<HasHealth>(getCacheToken(), { strict: false });
    } catch {
      return undefined;
    }
  }
}

/** The result of a health check, and details for the operator. */
interface HealthVerdict {
  readonly status: 'up' | 'degraded' | 'down';
  readonly details: Readonly<Record<string, unknown>>;
}

/** @param required - whether L2 has to be up */
function judge({ status, l2 }: CacheHealth, required: boolean): HealthVerdict {
  if (status === 'closed') return down('the cache is closed');
  if (l2 === undefined) return required ? down('L2 is required, and the cache has none') : { status, details: {} };
  // JSON has no Infinity.
  const details = { ...l2, pending: l2.pending === Infinity ? 'everything' : l2.pending };
  return { status: required && l2.state !== 'up' ? 'down' : status, details };
}

function down(reason: string): HealthVerdict {
  return { status: 'down', details: { reason } };
}
