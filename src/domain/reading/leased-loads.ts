import type { Clock } from '../../ports/clock';
import type { LeaseOutcome } from '../../ports/metrics-sink';
import { CacheError } from '../cache-error';
import type { Reporter } from '../events/reporter';
import type { Lease, Leases, StoreRight } from '../l2/leases';
import { backoffMs } from '../shared/backoff';
import type { LoadRequest, LoadRunner } from './load-runner';
import type { ReadResult } from './read-result';
import type { Flight } from './flight';

interface LeasedLoadsParts {
  /** `undefined` without L2. */
  readonly leases: Leases | undefined;
  readonly loads: LoadRunner;
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Aborted when the cache closes: then no load waits. */
  readonly closing: AbortSignal;
}

/** How one flight loads. */
interface LoadPlan {
  /** Reads L2 once more: the value, if it may be served in place of a load. */
  readonly reread: () => Promise<ReadResult | undefined>;
  /** The longest time between two reads for the value of another process that is loading the key, in milliseconds; `undefined` for a load that does not wait. */
  readonly waitsMs: number | undefined;
}

/** A key that changes again and again is loaded without a lease. */
const mostChanges = 3;

/** Before the first read for the value of another process. Milliseconds. */
const firstPauseMs = 5;

/** In between, a flight looks whether it still has to wait. Milliseconds. */
const longestPauseMs = 100;

/** Longer than this, no load waits for that of another process. Milliseconds. */
export const longestWaitMs = 10_000;

/**
 * Loads under a lease. A load begins when L2 has confirmed its lease, so each change of the key since then is known to L2, and the value is not stored after
 * it. Of the processes that miss a key in the same moment, one has the lease; the others load too, or wait for its value.
 */
export class LeasedLoads {
  readonly #parts: LeasedLoadsParts;

  constructor(parts: LeasedLoadsParts) {
    this.#parts = parts;
  }

  run(request: LoadRequest, flight: Flight, plan: LoadPlan): Promise<ReadResult> {
    const { leases, loads } = this.#parts;
    return leases === undefined ? loads.run(request, flight) : this.#run(leases, request, flight, plan);
  }

  async #run(leases: Leases, request: LoadRequest, flight: Flight, { reread, waitsMs }: LoadPlan): Promise<ReadResult> {
    const waitsUntil = this.#parts.clock.elapsed() + (waitsMs === undefined ? 0 : longestWaitMs);
    for (let changes = 0; changes < mostChanges;) {
      const right = await leases.take(request.key, flight.seen, flight);
      if (right === 'changed') {
        changes += 1;
        const found = await reread();
        if (found !== undefined) return found;
      } else {
        if (!isForeign(right) || !this.#mayWait(flight, waitsUntil)) return this.#load(leases, request, flight, right);
        const found = await this.#waitFor(right, flight, { reread, waitsMs: waitsMs ?? 0, waitsUntil });
        if (found !== undefined) return found;
      }
    }
    return this.#load(leases, request, flight, 'never');
  }

  async #load(leases: Leases, request: LoadRequest, flight: Flight, right: StoreRight): Promise<ReadResult> {
    flight.right = right;
    const lease = typeof right === 'object' ? this.#report(right.isOwn ? 'taken' : 'shared') : undefined;
    try {
      const result = await this.#parts.loads.run(request, flight);
      return lease === undefined ? result : { ...result, lease };
    } catch (error) {
      leases.release(request.key, right, flight);
      throw error;
    }
  }

  /** Until the value is there, the key holds the lease no longer, or the lease ends, unless it is renewed. */
  async #waitFor(
    { id, leftMs }: Lease,
    flight: Flight,
    { reread, waitsMs, waitsUntil }: { reread: LoadPlan['reread']; waitsMs: number; waitsUntil: number },
  ): Promise<ReadResult | undefined> {
    const { clock } = this.#parts;
    const endsAt = Math.min(clock.elapsed() + leftMs, waitsUntil);
    for (let reads = 1; ; reads += 1) {
      await this.#pause(Math.min(backoffMs(reads, firstPauseMs, waitsMs), Math.max(1, endsAt - clock.elapsed())), flight);
      const found = await reread();
      if (found !== undefined) return { ...found, lease: this.#report('waited') };
      if (flight.seen?.lease !== id || !this.#mayWait(flight, endsAt)) return undefined;
    }
  }

  #report(outcome: LeaseOutcome): LeaseOutcome {
    this.#parts.reporter.report('lease', { outcome });
    return outcome;
  }

  async #pause(ms: number, flight: Flight): Promise<void> {
    const { clock } = this.#parts;
    const until = clock.elapsed() + ms;
    do {
      const leftMs = Math.min(longestPauseMs, until - clock.elapsed());
      await new Promise<void>((resolve) => void clock.schedule(leftMs, resolve));
    } while (this.#mayWait(flight, until));
  }

  /** @throws CacheError for a flight whose callers have left: no load is needed any more */
  #mayWait(flight: Flight, until: number): boolean {
    if (flight.isAbandoned) throw new CacheError('CACHE_LOAD_TIMEOUT', 'wrap: no value of another process came before the hard timeout');
    const { clock, closing } = this.#parts;
    return !flight.isUrgent && !closing.aborted && clock.elapsed() < until;
  }
}

function isForeign(right: StoreRight): right is Lease {
  return typeof right === 'object' && !right.isOwn;
}
