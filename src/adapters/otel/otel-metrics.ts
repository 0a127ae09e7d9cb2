import type * as Api from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { requirePeer } from '../system/require-peer';
import { MeterExport } from './meter-export';
import { scope } from '../metrics/scope';

/** Of each provider: whoever exports to it, however often `otelMetrics` was called, must not use a name twice. */
const perProvider = new WeakMap<Api.MeterProvider, MeterExport>();

/**
 * Sends a cache's numbers into the OpenTelemetry pipeline that the application has, through `@opentelemetry/api` alone.
 * A global provider has to be registered before the cache is made.
 * @param meterProvider - instead of the global one
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without a provider and without `@opentelemetry/api`
 */
export function otelMetrics(meterProvider?: Api.MeterProvider): MetricsObserver {
  if (meterProvider === undefined) {
    const api = requireApi();
    // The API gives out the global provider of the moment, and no stand-in for one that comes later.
    return { observe: (source) => exportTo(api.metrics.getMeterProvider(), source, api) };
  }
  if (typeof (meterProvider as Partial<Api.MeterProvider> | null)?.getMeter === 'function') {
    const api = apiIfInstalled();
    return { observe: (source) => exportTo(meterProvider, source, api) };
  }
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    'otelMetrics(): expected a MeterProvider (an object with getMeter), or nothing for the global one',
  );
}

function exportTo(provider: Api.MeterProvider, source: MetricsSource, api: typeof Api | undefined): () => void {
  if (source.tellsLayer2 && api !== undefined && provider.getMeter(scope.name, scope.version) === api.createNoopMeter())
    source.logger.warn(
      'otelMetrics(): the MeterProvider takes nothing (none is registered, or it was shut down); nothing of this cache is exported',
    );
  const known = perProvider.get(provider) ?? new MeterExport(provider);
  perProvider.set(provider, known);
  return known.add(source);
}

/** Whoever gives a provider of his own needs the package for the warning alone. */
function apiIfInstalled(): typeof Api | undefined {
  try {
    return requireApi();
  } catch {
    return undefined;
  }
}

function requireApi(): typeof Api {
  return requirePeer('@opentelemetry/api', 'otelMetrics()', () => require('@opentelemetry/api') as typeof Api);
}
