import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalEntry } from '../entry/entry';
import { newest } from '../entry/freshness';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable } from '../l2/remote-tier';
import type { ServerTags } from '../l2/server-tags';
import type { EntryResults } from './entry-results';
import type { ReadMoment, SeenRow } from './l2-read';
import type { L2Answer, L2Reader } from './l2-reader';
import type { LeasedLoads } from './leased-loads';
import type { LoadBackoff } from './load-backoff';
import type { LoadRequest } from './load-runner';
import { freshAlone, servable, type ReadResult } from './read-result';
import type { Flight } from './flight';

export interface FlightTasksParts {
  readonly memory: MemoryTier;
  readonly reader: L2Reader;
  readonly serverTags: Pick<ServerTags, 'now'>;
  readonly leasedLoads: LeasedLoads;
  readonly backoff: LoadBackoff;
}

/** Between two reads for the value of another process: with a caller that waits, and in the background. Milliseconds. */
const callerWaitsMs = 100;
const refreshWaitsMs = 1_000;

/** The work of one flight, done once for all callers that share it: L1 once more → L2 → loader. */
export class FlightTasks {
  readonly #parts: FlightTasksParts;
  readonly #results: EntryResults;

  constructor(parts: FlightTasksParts, results: EntryResults) {
    this.#parts = parts;
    this.#results = results;
  }

  /** For callers of `wrap`. */
  async answer(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const { backoff, memory } = this.#parts;
    const results = this.#results;
    const local = results.accepted(memory.get(request.key), request);
    const fromL1 = servable(results.toResult(local, 'l1', request));
    if (fromL1 !== undefined) return fromL1;
    flight.noteOlder(newest(local, undefined));
    const remote = await this.#readL2(request, flight);
    const fromL2 = servable(results.toResult(remote, 'l2', request));
    if (fromL2 !== undefined) return fromL2;
    flight.noteOlder(newest(local, remote));
    const stale = backoff.isBackingOff(request.key) ? results.staleFallback(flight, request) : undefined;
    if (stale !== undefined) return stale;
    return this.#load(request, flight, request.options.life.waitsForOthers ? callerWaitsMs : undefined, servable);
  }

  /** For a refresh: loads a new value, unless another process has just stored one. */
  async reload(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const remote = await this.#readL2(request, flight);
    const fromL2 = this.#results.toResult(remote, 'l2', request);
    if (fromL2?.freshness === 'fresh') return fromL2;
    flight.noteOlder(newest(this.#results.accepted(this.#parts.memory.get(request.key), request), remote));
    // A fleet refreshes once. A caller that joins, and does not wait for other processes, ends the wait.
    return this.#load(request, flight, refreshWaitsMs, freshAlone);
  }

  /** @param ending - the result, if it ends the wait for another process */
  #load(request: LoadRequest, flight: Flight, waitsMs: number | undefined, ending: typeof servable): Promise<ReadResult> {
    const reread = async (): Promise<ReadResult | undefined> => {
      const remote = await this.#readL2(request, flight);
      flight.noteOlder(newest(undefined, remote));
      return ending(this.#results.toResult(remote, 'l2', request));
    };
    return this.#parts.leasedLoads.run(request, flight, { reread, waitsMs });
  }

  #readL2({ key, options }: LoadRequest, flight: Flight): Promise<LocalEntry | undefined> {
    const { memory, reader, serverTags } = this.#parts;
    const { epoch } = memory;
    const onAnswer = (_key: SanitizedKey, answer: L2Answer, { times }: ReadMoment, { lease, payload }: SeenRow): LocalEntry | undefined => {
      flight.validFrom = { epoch, asOf: times?.clock ?? serverTags.now };
      // Without times L2 was not asked, or has lost its state: then no payload of it is used.
      flight.seen = times === undefined || payload === unreachable ? undefined : { payload, lease };
      return answer === unreachable ? undefined : answer;
    };
    return reader.read(key, options.life, onAnswer, flight);
  }
}
