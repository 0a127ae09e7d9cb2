import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Spans } from '../../ports/traces';
import { newEntry } from '../entry/entry';
import { noTags, type TagNames } from '../entry/tag-names';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { Leases } from '../l2/leases';
import type { Lifecycle } from '../lifecycle';
import type { CallOptions } from '../options/call-options';
import type { Invalidator } from '../writing/invalidator';
import type { Writer } from '../writing/writer';
import type { LoadBackoff } from './load-backoff';
import { LoadContext, type Loader } from './loader';
import { notStored, type CopyValue, type ReadResult } from './read-result';
import type { Reentrancy } from './reentrancy';
import type { RunLimit } from './run-limit';
import type { FlightGroup } from './single-flight';
import type { Flight } from './flight';

export interface LoadRunnerParts {
  readonly writer: Writer;
  readonly invalidator: Pick<Invalidator, 'discard'>;
  readonly memory: MemoryTier;
  readonly leases: Leases;
  readonly tagNames: TagNames;
  readonly reentrancy: Reentrancy;
  readonly backoff: LoadBackoff;
  readonly reporter: Reporter;
  readonly spans: Spans;
  readonly clock: Clock;
  readonly lifecycle: Pick<Lifecycle, 'closing'>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly maxTtlMs: number;
  /** Copies a value for one caller; `undefined` where values are handed out by reference. */
  readonly copy: CopyValue | undefined;
}

/** A load that no tier takes part in. */
export interface UncachedLoad {
  /** The key as the caller gave it. */
  readonly givenKey: string;
  readonly loader: Loader<unknown>;
  readonly options: CallOptions;
}

/** One `wrap` that L1 could not answer at once. */
export interface LoadRequest extends UncachedLoad {
  readonly key: SanitizedKey;
  readonly group: FlightGroup;
  /** `undefined` where callers share the load until it ends, or until a `hardTimeout` ends it. */
  readonly runLimit: RunLimit | undefined;
}

/** Runs loaders, and stores their values. */
export class LoadRunner {
  readonly #parts: LoadRunnerParts;

  constructor(parts: LoadRunnerParts) {
    this.#parts = parts;
  }

  /** @throws the error of the loader, as it is */
  async run(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const { backoff, clock, copy = sameValue, lifecycle, reporter, tagNames } = this.#parts;
    const { life } = request.options;
    const older = flight.older?.entry;
    const stale = older && { value: copy(older.value), ageMs: clock.elapsed() - older.createdAt, tags: older.tags.given };
    const context = new LoadContext(request.givenKey, request.options, lifecycle.closing, stale, tagNames);
    const began = clock.precise();
    try {
      // The loader may go on to change its object.
      const value = copy(await this.#load(request, flight, context));
      const durationMs = clock.precise() - began;
      const result = this.#store(request, value, context, flight);
      reporter.report('load', { key: request.key, outcome: result.outcome ?? 'stored', durationMs });
      if (context.keepsStale) backoff.failed(request.key, life.retryAfterErrorMs);
      else backoff.succeeded(request.key);
      return result;
    } catch (error) {
      if (context.skipped) this.#endOlder(request, context, flight);
      reporter.report('load', { key: request.key, outcome: 'failed', durationMs: clock.precise() - began });
      throw error;
    }
  }

  /** A load inside a load of the same key. A stale value is not its answer, because the outer load would store it as a fresh one. */
  async runNested(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const { clock, lifecycle, reentrancy, tagNames } = this.#parts;
    const context = new LoadContext(request.givenKey, request.options, lifecycle.closing, undefined, tagNames);
    const value = await reentrancy.run(request.key, flight, () => request.loader(context));
    return notStored(value, 'skipped', clock.elapsed());
  }

  /** For a cache that is closed, and for a key that the sanitizer could not name. */
  async runUncached({ givenKey, loader, options }: UncachedLoad): Promise<ReadResult> {
    const value = await loader(new LoadContext(givenKey, options, new AbortController().signal, undefined, unnamed));
    return notStored(value, 'skipped', this.#parts.clock.elapsed());
  }

  #load({ key, loader }: LoadRequest, flight: Flight, context: LoadContext): Promise<unknown> {
    const { reentrancy, spans } = this.#parts;
    return reentrancy.run(key, flight, () => (spans.isOn ? spans.within('load', () => loader(context)) : loader(context)));
  }

  /** Deletes an older value: the source has answered, and not with it. */
  #endOlder({ key }: LoadRequest, { keepsStale }: LoadContext, { current, older }: Flight): void {
    if (current && older !== undefined && !keepsStale) this.#parts.invalidator.discard(key);
  }

  #store(request: LoadRequest, value: unknown, context: LoadContext, flight: Flight): ReadResult {
    const { clock, leases, maxTtlMs, memory, random, reporter, writer } = this.#parts;
    const { key } = request;
    const { asOf, epoch } = flight.validFrom;
    const { tags } = context;
    if (value === undefined || context.skipped) {
      this.#endOlder(request, context, flight);
      leases.release(key, flight.right, flight);
      return notStored(value, 'skipped', clock.elapsed(), tags, epoch);
    }
    const entry = newEntry(value, context.life, tags.given, { asOf, maxTtlMs, now: clock.now(), random });
    const createdAt = clock.elapsed();
    const outcome = memory.wasInvalidated(tags, epoch) ? 'fenced' : writer.store(key, entry, flight, flight.right);
    if (outcome === 'fenced') {
      reporter.report('fence', { key, by: 'invalidation' });
      leases.release(key, flight.right, flight);
      return notStored(value, outcome, clock.elapsed(), tags, epoch);
    }
    const expiresAt = createdAt + entry.expiresAt - entry.createdAt;
    return { value, from: 'loader', freshness: 'fresh', createdAt, expiresAt, tags, epoch, outcome, validatedAs: undefined };
  }
}

/** Where nothing is stored, tags need no names. */
const unnamed = { of: () => noTags };

function sameValue(value: unknown): unknown {
  return value;
}
