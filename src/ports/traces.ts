import type { Logger } from './logger';
import type { LeaseOutcome, Tier } from './metrics-sink';

/** The operation of a span: the slow half of `get` or of `wrap`, one run of a loader, or a refresh in the background. */
export type SpanOperation = 'get' | 'wrap' | 'load' | 'refresh';

/** The result of an operation: only closed sets of words, as in a `CacheEvent`. */
export interface SpanFacts {
  /** The tier that had the value; `undefined` if none had it. */
  readonly tier: Tier | undefined;
  /** A value past its ttl was served. */
  readonly isStale: boolean;
  /** Outcome of the load; `undefined` if no value was loaded. */
  readonly loadOutcome: 'stored' | 'fenced' | 'skipped' | undefined;
  /** Of L2 for the load, or for the value of another process that took its place; `undefined` where none was asked for. */
  readonly lease: LeaseOutcome | undefined;
}

/** One running operation. It ends with its work, and fails if its work fails. */
export interface Span {
  /** This operation waits for the load or read of another caller. */
  joined(): void;
  /** Called once, when the operation has a result. */
  setResult(facts: SpanFacts): void;
}

/** Runs work inside a span. The span is active during the work, so spans that the work starts become its children. */
export type RunInSpan = <T>(work: (span: Span) => T | Promise<T>) => Promise<T>;

/** The spans of one namespace. They receive no keys or values, so none can get into a trace. Rejects only if the work rejects. */
export interface Spans {
  /** A plain field, read first: without tracing nothing is allocated for a span. */
  readonly isOn: boolean;
  /** In a child of the active span. */
  within<T>(operation: SpanOperation, work: (span: Span) => T | Promise<T>): Promise<T>;
  /**
   * For work in the background. Call it in the context that causes the work; the returned function runs the work, there or elsewhere, in the
   * root span of a new trace with a link to the span that was active at the call.
   */
  apart(operation: SpanOperation): RunInSpan;
}

/** The namespace of the spans. */
export interface SpanSource {
  readonly cache: string;
  /** For messages about the tracing itself. */
  readonly logger: Logger;
}

/** Creates the spans of each namespace when the namespace is created. */
export interface Traces {
  spansOf(source: SpanSource): Spans;
}

export const noSpan: Span = { joined: () => undefined, setResult: () => undefined };
const unseen: RunInSpan = async (work) => work(noSpan);
const noSpans: Spans = { isOn: false, within: (_operation, work) => unseen(work), apart: () => unseen };

export const noTraces: Traces = { spansOf: () => noSpans };
