import type { Exception, Span as ApiSpan, SpanStatusCode } from '@opentelemetry/api';
import { CacheError } from '../../domain/errors/cache-error';
import type { Span, SpanFacts } from '../../ports/traces';
import { landingAttributes } from './span-attributes';

/** One span of the API: nothing of it is worked out for a span that is not recorded. */
export class OtelSpan implements Span {
  readonly #span: ApiSpan;
  readonly #error: SpanStatusCode.ERROR;
  readonly #safely: (tell: () => void) => void;

  /** @param safely - whatever the span throws stays in there */
  constructor(span: ApiSpan, error: SpanStatusCode.ERROR, safely: (tell: () => void) => void) {
    this.#span = span;
    this.#error = error;
    this.#safely = safely;
  }

  joined(): void {
    this.#tell((span) => span.setAttribute('cache.joined', true));
  }

  landed(facts: SpanFacts): void {
    this.#tell((span) => span.setAttributes(landingAttributes(facts)));
  }

  failed(error: unknown): void {
    this.#tell((span) => {
      span.setAttribute('error.type', typeOf(error)).setStatus({ code: this.#error }).recordException(exceptionOf(error));
    });
  }

  end(): void {
    this.#safely(() => {
      this.#span.end();
    });
  }

  #tell(what: (span: ApiSpan) => void): void {
    this.#safely(() => {
      if (this.#span.isRecording()) what(this.#span);
    });
  }
}

/** The class, and not the `name`, which may hold anything. */
function typeOf(error: unknown): string {
  if (error instanceof CacheError) return error.code;
  return error instanceof Error ? error.constructor.name : '_OTHER';
}

/** What others throw may quote keys, values and passwords: of those the kind is told, and not the message. */
function exceptionOf(error: unknown): Exception {
  return error instanceof CacheError ? { name: error.code, message: error.message } : { name: typeOf(error) };
}
