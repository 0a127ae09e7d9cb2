import type { Clock } from '../../ports/clock';
import type { Tier } from '../../ports/metrics-sink';
import type { LocalEntry } from '../entry/entry';
import { freshnessOf } from '../entry/freshness';
import { isAccepted } from '../entry/payload-check';
import type { MemoryTier } from '../l1/memory-tier';
import type { LoadRequest } from './load-runner';
import { toReadResult, type ReadResult } from './read-result';
import type { Flight } from './flight';

export interface EntryResultsParts {
  readonly memory: MemoryTier;
  readonly clock: Clock;
}

/** Entries as results of one `wrap`: within its constraints, and with their freshness at this moment. */
export class EntryResults {
  readonly #parts: EntryResultsParts;

  constructor(parts: EntryResultsParts) {
    this.#parts = parts;
  }

  /** The entry, if it satisfies the constraints of the call. */
  accepted(entry: LocalEntry | undefined, { options }: LoadRequest): LocalEntry | undefined {
    return entry !== undefined && isAccepted(entry, options.life) ? entry : undefined;
  }

  toResult(given: LocalEntry | undefined, from: Tier, request: LoadRequest): ReadResult | undefined {
    const entry = this.accepted(given, request);
    if (entry === undefined) return undefined;
    const { clock, memory } = this.#parts;
    return toReadResult(entry, from, freshnessOf({ entry, from }, request.options, clock.elapsed(), memory.doubtedAt));
  }

  /** The older value of a flight, for a caller whose timeout fires first or whose load fails. */
  staleFallback({ older }: Flight, request: LoadRequest): ReadResult | undefined {
    const result = older && this.#parts.memory.holds(older.entry) ? this.toResult(older.entry, older.from, request) : undefined;
    return result === undefined || result.freshness === 'expired' ? undefined : { ...result, freshness: 'stale-if-error' };
  }
}
