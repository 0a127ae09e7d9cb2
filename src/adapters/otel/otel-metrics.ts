import type * as Api from '@opentelemetry/api';
import { CacheError } from '../../domain/errors/cache-error';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { requirePeer } from '../system/require-peer';
import { MeterExport } from './meter-export';

/** Of each provider: whoever exports to it, however often `otelMetrics` was called, must not use a name twice. */
const perProvider = new WeakMap<Api.MeterProvider, MeterExport>();

/**
 * Sends a cache's numbers into the OpenTelemetry pipeline that the application has, through `@opentelemetry/api` alone.
 * A global provider has to be registered before the cache is made.
 * @param meterProvider - instead of the global one
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without a provider and without `@opentelemetry/api`
 */
export function otelMetrics(meterProvider?: Api.MeterProvider): MetricsObserver {
  if (meterProvider === undefined) return throughGlobalProvider();
  if (typeof (meterProvider as Partial<Api.MeterProvider> | null)?.getMeter === 'function') {
    return { observe: (source) => exportOf(meterProvider).add(source) };
  }
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    'otelMetrics(): expected a MeterProvider (an object with getMeter), or nothing for the global one',
  );
}

/** The API gives out the global provider of the moment, and no stand-in for one that comes later. */
function throughGlobalProvider(): MetricsObserver {
  const { createNoopMeter, metrics } = requirePeer(
    '@opentelemetry/api',
    'otelMetrics()',
    () => require('@opentelemetry/api') as typeof Api,
  );
  return {
    observe: (source: MetricsSource) => {
      const provider = metrics.getMeterProvider();
      const isNoop = provider.getMeter('tiercel') === createNoopMeter();
      if (isNoop && source.tellsLayer2)
        source.logger.warn('otelMetrics(): no MeterProvider is registered yet; nothing of this cache is exported');
      return exportOf(provider).add(source);
    },
  };
}

function exportOf(provider: Api.MeterProvider): MeterExport {
  const known = perProvider.get(provider) ?? new MeterExport(provider);
  perProvider.set(provider, known);
  return known;
}
