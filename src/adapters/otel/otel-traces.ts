import type * as Api from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import { logOnce } from '../../domain/shared/log-once';
import { type Traces, noSpan, type RunInSpan, type Span, type SpanOperation, type Spans, type SpanSource } from '../../ports/traces';
import { scope } from '../metrics/instrument';
import { requirePeer } from '../system/require-peer';
import { OtelSpan, spanAttributes } from './otel-span';

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

/** The spans of one namespace, through the API alone. A tracer that throws loses its own spans, and is logged once. */
class OtelSpans implements Spans {
  readonly isOn = true;
  readonly #api: typeof Api;
  readonly #tracer: Api.Tracer;
  readonly #attributes: Readonly<Record<SpanOperation, Api.Attributes>>;
  readonly #logBroken: (message: string) => void;

  constructor(api: typeof Api, tracer: Api.Tracer, source: SpanSource) {
    this.#api = api;
    this.#tracer = tracer;
    this.#logBroken = logOnce((message) => source.logger.error(message));
    this.#attributes = spanAttributes(source.cache);
  }

  within<T>(operation: SpanOperation, work: (span: Span) => T | Promise<T>): Promise<T> {
    const { context } = this.#api;
    return this.#run(this.#begin(operation, context.active()), work);
  }

  apart(operation: SpanOperation): RunInSpan {
    const { context, trace } = this.#api;
    const cause = trace.getSpanContext(context.active());
    const links = cause === undefined ? [] : [{ context: cause }];
    // The context in which the work runs may have a span: that under which the cache was made.
    return (work) => this.#run(this.#begin(operation, trace.deleteSpan(context.active()), links), work);
  }

  async #run<T>(begun: Begun | undefined, work: (span: Span) => T | Promise<T>): Promise<T> {
    if (begun === undefined) return work(noSpan);
    const { span, context } = begun;
    try {
      // Awaited inside the context: a loader may return a thenable, such as a query, that starts when it is awaited.
      return await this.#api.context.with(context, async () => await work(span));
    } catch (error) {
      span.failed(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** `undefined` where the tracer makes no span: without a registered provider it returns the parent's context. */
  #begin(operation: SpanOperation, parent: Api.Context, links: Api.Link[] = []): Begun | undefined {
    const { SpanStatusCode, isSpanContextValid, trace } = this.#api;
    return this.#safely(() => {
      const span = this.#tracer.startSpan(`cache.${operation}`, { attributes: this.#attributes[operation], links }, parent);
      const own = span.spanContext();
      if (!isSpanContextValid(own) || own.spanId === trace.getSpanContext(parent)?.spanId) return undefined;
      return {
        span: new OtelSpan(span, SpanStatusCode.ERROR, (call) => this.#safely(call)),
        context: trace.setSpan(parent, span),
      };
    });
  }

  #safely<T>(task: () => T): T | undefined {
    try {
      return task();
    } catch {
      this.#logBroken('traces: the tracer threw');
      return undefined;
    }
  }
}

interface Begun {
  readonly span: OtelSpan;
  /** The context in which the span is active. */
  readonly context: Api.Context;
}
