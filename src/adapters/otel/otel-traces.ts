import type * as Api from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import type { Traces } from '../../ports/traces';
import { scope } from '../metrics/instrument';
import { requirePeer } from '../system/require-peer';
import { OtelSpans } from './otel-spans';

/**
 * Sends a cache's spans to the tracer that the application has, through `@opentelemetry/api` alone. A global provider may be registered after
 * the cache is made.
 * @param tracerProvider - instead of the global one
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without `@opentelemetry/api`
 */
export function otelTraces(tracerProvider?: Api.TracerProvider): Traces {
  if (tracerProvider === undefined) return globalTraces('otelTraces()');
  if (typeof (tracerProvider as Partial<Api.TracerProvider> | null)?.getTracer === 'function') {
    return tracesThrough(loadApi('otelTraces()'), tracerProvider);
  }
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    'otelTraces(): expected a TracerProvider (an object with getTracer), or nothing for the global one',
  );
}

/**
 * @internal
 * @param purpose - the call or option that needs the package, as the user wrote it
 * @throws CacheError `CACHE_DEPENDENCY_MISSING`
 */
export function globalTraces(purpose: string): Traces {
  const api = loadApi(purpose);
  return tracesThrough(api, api.trace);
}

function tracesThrough(api: typeof Api, provider: Pick<Api.TracerProvider, 'getTracer'>): Traces {
  return { spansOf: (source) => new OtelSpans(api, provider.getTracer(scope.name, scope.version), source) };
}

function loadApi(purpose: string): typeof Api {
  return requirePeer('@opentelemetry/api', purpose, () => require('@opentelemetry/api') as typeof Api);
}
