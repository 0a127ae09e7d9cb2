import type { Logger } from './logger';
import type { Tier } from './metrics-sink';

/** What a span stands for: the slow half of `get` or of `wrap`, one run of a loader, or a value that is renewed behind. */
export type SpanOperation = 'get' | 'wrap' | 'load' | 'refresh';

/** What came of an operation: only closed sets of words, as in a `CacheEvent`. */
export interface SpanFacts {
  /** The tier that had it; `undefined` where none did. */
  readonly tier: Tier | undefined;
  /** Past its ttl, served all the same. */
  readonly isStale: boolean;
  /** What became of a value that was loaded; `undefined` for what was not. */
  readonly loadOutcome: 'stored' | 'fenced' | 'skipped' | undefined;
}

/** One operation while it lasts. It ends with the work that it was made for, and has failed when that has. */
export interface Span {
  /** Somebody else had begun what this operation waits for. */
  joined(): void;
  landed(facts: SpanFacts): void;
}

/** Runs work inside a span, which is active meanwhile: what the work begins becomes its child. */
export type RunInSpan = <T>(work: (span: Span) => T | Promise<T>) => Promise<T>;

/** The spans of one namespace. Keys and values are not told, and so cannot get into a trace. Neither method rejects of its own. */
export interface Spans {
  /** A plain field read: asked first, so that nothing is made for a span that nobody wants. */
  readonly isOn: boolean;
  /** In a span below the one that is active. */
  within<T>(operation: SpanOperation, work: (span: Span) => T | Promise<T>): Promise<T>;
  /**
   * For work that nobody waits for; called where it is caused. What it returns runs the work, there or elsewhere, at the root of a trace of its
   * own that links back to the span which was active here.
   */
  apart(operation: SpanOperation): RunInSpan;
}

/** The namespace whose spans they are. */
export interface SpanSource {
  readonly cache: string;
  /** For what an operator has to know about the tracing itself. */
  readonly logger: Logger;
}

/** Makes the spans of each namespace, when it is made. */
export interface Traces {
  spansOf(source: SpanSource): Spans;
}

export const noSpan: Span = { joined: () => undefined, landed: () => undefined };
const unseen: RunInSpan = async (work) => work(noSpan);
const noSpans: Spans = { isOn: false, within: (_operation, work) => unseen(work), apart: () => unseen };

export const noTraces: Traces = { spansOf: () => noSpans };
