import type * as Api from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { scope } from '../metrics/instrument';
import { requirePeer } from '../system/require-peer';
import { MeterExport } from './meter-export';

/** One export for each provider, however often `otelMetrics` is called, because names must be unique in a provider. */
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
    // The API returns the provider that is global now, and no proxy for one that is registered later.
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
  if (source.reportsL2 && api !== undefined && provider.getMeter(scope.name, scope.version) === api.createNoopMeter())
    source.logger.warn(
      'otelMetrics(): the MeterProvider records nothing (none is registered, or it was shut down); this cache is not exported',
    );
  const meterExport = perProvider.get(provider) ?? new MeterExport(provider);
  perProvider.set(provider, meterExport);
  return meterExport.add(source);
}

/** With a provider of the application, the package is needed for the warning alone. */
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
