import type * as Api from '@opentelemetry/api';
import { noSpan, type RunInSpan, type Span, type SpanOperation, type Spans, type SpanSource } from '../../ports/traces';
import { OtelSpan } from './otel-span';
import { spanAttributes } from './span-attributes';

/** The spans of one namespace, through the API alone. A tracer that throws costs its own spans, and is named once. */
export class OtelSpans implements Spans {
  readonly isOn = true;
  readonly #api: typeof Api;
  readonly #tracer: Api.Tracer;
  readonly #source: SpanSource;
  readonly #attributes: Readonly<Record<SpanOperation, Api.Attributes>>;
  #saidBroken = false;

  constructor(api: typeof Api, tracer: Api.Tracer, source: SpanSource) {
    this.#api = api;
    this.#tracer = tracer;
    this.#source = source;
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
    // Where the work runs there may be a span too: the one under which the cache was made.
    return (work) => this.#run(this.#begin(operation, trace.deleteSpan(context.active()), links), work);
  }

  async #run<T>(begun: Begun | undefined, work: (span: Span) => T | Promise<T>): Promise<T> {
    if (begun === undefined) return work(noSpan);
    const { span, context } = begun;
    try {
      // Awaited inside: a loader may return something that begins only when it is awaited, such as a query.
      return await this.#api.context.with(context, async () => await work(span));
    } catch (error) {
      span.failed(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** `undefined` where the tracer makes none: where nothing is registered, it hands out a stand-in for the parent. */
  #begin(operation: SpanOperation, parent: Api.Context, links: Api.Link[] = []): Begun | undefined {
    const { SpanStatusCode, isSpanContextValid, trace } = this.#api;
    return this.#safely(() => {
      const span = this.#tracer.startSpan(`cache.${operation}`, { attributes: this.#attributes[operation], links }, parent);
      const own = span.spanContext();
      if (!isSpanContextValid(own) || own.spanId === trace.getSpanContext(parent)?.spanId) return undefined;
      return {
        span: new OtelSpan(span, SpanStatusCode.ERROR, (tell) => this.#safely(tell)),
        context: trace.setSpan(parent, span),
      };
    });
  }

  #safely<T>(task: () => T): T | undefined {
    try {
      return task();
    } catch {
      if (!this.#saidBroken) this.#source.logger.error('traces: the tracer threw (logged once)');
      this.#saidBroken = true;
      return undefined;
    }
  }
}

interface Begun {
  readonly span: OtelSpan;
  /** In which it is the active one. */
  readonly context: Api.Context;
}
