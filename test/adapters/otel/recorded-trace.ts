import {
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Attributes,
  type Context,
  type ContextManager,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';

/** The part of an SDK that these tests need. */
export class RecordedSpan implements Span {
  readonly attributes: Attributes = {};
  readonly exceptions: Exception[] = [];
  readonly links: readonly Link[];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  ended = 0;
  readonly #context: SpanContext;

  constructor(
    readonly name: string,
    readonly parent: SpanContext | undefined,
    { attributes = {}, links = [] }: SpanOptions,
    number: number,
    readonly sampled: boolean,
  ) {
    Object.assign(this.attributes, attributes);
    this.links = links;
    this.#context = {
      traceId: parent?.traceId ?? hex(number, 32),
      spanId: hex(number, 16),
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    };
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  setAttribute(name: string, value: Attributes[string] & {}): this {
    return this.setAttributes({ [name]: value });
  }

  setAttributes(attributes: Attributes): this {
    if (this.ended > 0) throw new Error('the span has ended');
    Object.assign(this.attributes, attributes);
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {
    this.ended++;
  }

  isRecording(): boolean {
    return this.sampled && this.ended === 0;
  }

  recordException(exception: Exception): void {
    this.exceptions.push(exception);
  }
}

/** A provider that keeps all spans. */
export class RecordedTrace implements TracerProvider {
  readonly spans: RecordedSpan[] = [];
  /** As a sampler has it: spans are made, and not recorded. */
  samples = true;

  getTracer(): Tracer {
    return {
      startSpan: (name: string, options: SpanOptions = {}, parent: Context = ROOT_CONTEXT) => this.#start(name, options, parent),
      startActiveSpan: () => {
        throw new Error('not used');
      },
    };
  }

  named(name: string): RecordedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The only one of that name. */
  one(name: string): RecordedSpan {
    const [first, ...others] = this.named(name);
    if (first === undefined || others.length > 0) throw new Error(`${this.named(name).length} spans are named ${name}`);
    return first;
  }

  #start(name: string, options: SpanOptions, parent: Context): RecordedSpan {
    const span = new RecordedSpan(name, trace.getSpanContext(parent), options, this.spans.length + 1, this.samples);
    this.spans.push(span);
    return span;
  }
}

/** The active context follows promises and timers. */
export class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(context, () => fn.call(self, ...args));
  }

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

function hex(number: number, length: number): string {
  return number.toString(16).padStart(length, '0');
}
