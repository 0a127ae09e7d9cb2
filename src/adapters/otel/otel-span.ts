import type { Span as ApiSpan, SpanStatusCode, Exception, Attributes } from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import type { Span, SpanFacts, SpanOperation } from '../../ports/traces';

/** One span of the API. For a span that is not recorded no attribute is computed. */
export class OtelSpan implements Span {
  readonly #span: ApiSpan;
  readonly #error: SpanStatusCode.ERROR;
  readonly #safely: (call: () => void) => void;

  /** @param safely - runs a call and catches its errors */
  constructor(span: ApiSpan, error: SpanStatusCode.ERROR, safely: (call: () => void) => void) {
    this.#span = span;
    this.#error = error;
    this.#safely = safely;
  }

  joined(): void {
    this.#ifRecording((span) => span.setAttribute('cache.joined', true));
  }

  setResult(facts: SpanFacts): void {
    this.#ifRecording((span) => span.setAttributes(resultAttributes(facts)));
  }

  failed(error: unknown): void {
    this.#ifRecording((span) => {
      const exception = exceptionOf(error);
      span.setAttribute('error.type', exception.name).setStatus({ code: this.#error }).recordException(exception);
    });
  }

  end(): void {
    this.#safely(() => {
      this.#span.end();
    });
  }

  #ifRecording(record: (span: ApiSpan) => void): void {
    this.#safely(() => {
      if (this.#span.isRecording()) record(this.#span);
    });
  }
}

/**
 * Of an error that is not a `CacheError` the class alone is recorded: its message and its `name` may quote keys, values and passwords.
 * An error of a class without a name, and a thrown value that is no error, get OpenTelemetry's type `_OTHER`.
 */
function exceptionOf(error: unknown): Exception & { readonly name: string } {
  try {
    if (error instanceof CacheError) return { name: error.code, message: error.message };
    const name: unknown = error instanceof Error ? error.constructor.name : undefined;
    if (typeof name === 'string' && name !== '') return { name };
  } catch {
    // The error has no constructor, or is a proxy that throws.
  }
  return { name: '_OTHER' };
}

/**
 * The attributes that a span has from the start, so that a sampler can read them. `db.*` are OpenTelemetry's names; it has none for caches yet,
 * and `cache.hit` is the name that other libraries use.
 */
export function spanAttributes(cache: string): Readonly<Record<SpanOperation, Attributes>> {
  const name = { 'cache.name': cache };
  const own = { ...name, 'db.system.name': 'tiercel', 'db.namespace': cache };
  const operation = (word: SpanOperation): Attributes => ({ ...own, 'db.operation.name': word });
  return { get: operation('get'), wrap: operation('wrap'), refresh: operation('refresh'), load: name };
}

/** The attributes of the result. */
function resultAttributes({ isStale, lease, loadOutcome, tier }: SpanFacts): Attributes {
  const outcome = loadOutcome === undefined ? {} : { 'cache.load.outcome': loadOutcome };
  const leased = lease === undefined ? {} : { 'cache.lease': lease };
  if (tier === undefined) return { 'cache.hit': false, ...outcome, ...leased };
  return { 'cache.hit': true, 'cache.tier': tier, 'cache.stale': isStale, ...leased };
}
