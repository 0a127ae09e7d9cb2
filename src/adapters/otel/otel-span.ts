import type { Exception, Span as ApiSpan, SpanStatusCode } from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
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
      const exception = exceptionOf(error);
      span.setAttribute('error.type', exception.name).setStatus({ code: this.#error }).recordException(exception);
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

/**
 * Of what others throw the class is told, and neither the message nor the `name`: they may quote keys, values and passwords.
 * Errors of a class without a name, and what is no error, are of the type that OpenTelemetry has for them.
 */
function exceptionOf(error: unknown): Exception & { readonly name: string } {
  try {
    if (error instanceof CacheError) return { name: error.code, message: error.message };
    const name: unknown = error instanceof Error ? error.constructor.name : undefined;
    if (typeof name === 'string' && name !== '') return { name };
  } catch {
    // It has no constructor, or is a proxy that tells nothing of itself.
  }
  return { name: '_OTHER' };
}
