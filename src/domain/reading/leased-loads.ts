import type { Clock } from '../../ports/clock';
import type { Reporter } from '../events/reporter';
import type { Lease, Leases, StoreRight } from '../l2/leases';
import { backoffMs } from '../shared/backoff';
import type { LoadRequest, LoadRunner } from './load-runner';
import type { ReadResult } from './read-result';
import type { Flight } from './single-flight';

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
  /** Whether the value of another process that is loading the key is worth waiting for. */
  readonly waits: boolean;
}

/** A key that changes again and again is loaded without a lease. */
const mostChanges = 3;

/** Between two looks for the value of another process. Milliseconds. */
const firstPauseMs = 5;
const longestPauseMs = 100;

/** Longer than this, no load waits for that of another process. Milliseconds. */
const longestWaitMs = 30_000;

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

  async #run(leases: Leases, request: LoadRequest, flight: Flight, { reread, waits }: LoadPlan): Promise<ReadResult> {
    const { clock, closing, loads } = this.#parts;
    const waitsUntil = clock.elapsed() + longestWaitMs;
    const isOver = (): boolean => !waits || closing.aborted || clock.elapsed() >= waitsUntil;
    for (let changes = 0; changes < mostChanges;) {
      const right = await leases.take(request.key, flight.seen, flight);
      if (right === 'changed') {
        changes += 1;
      } else if (!isForeign(right) || isOver()) {
        this.#report(right);
        flight.right = right;
        return loads.run(request, flight);
      }
      const found = right === 'changed' ? await reread() : await this.#waitFor(right, flight, reread);
      if (found !== undefined) return found;
    }
    flight.right = 'never';
    return loads.run(request, flight);
  }

  /** Until the value is there, the key holds the lease no longer, or the lease ends, unless it is renewed. */
  async #waitFor({ id, leftMs }: Lease, flight: Flight, reread: () => Promise<ReadResult | undefined>): Promise<ReadResult | undefined> {
    const { clock, closing, reporter } = this.#parts;
    const endsAt = clock.elapsed() + leftMs;
    for (let looks = 1; ; looks += 1) {
      await this.#pause(backoffMs(looks, firstPauseMs, longestPauseMs));
      const found = await reread();
      if (found !== undefined) {
        reporter.report('lease', { outcome: 'waited' });
        return found;
      }
      if (flight.seen?.lease !== id || closing.aborted || clock.elapsed() >= endsAt) return undefined;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.schedule(ms, resolve);
    });
  }

  #report(right: StoreRight): void {
    if (typeof right === 'object') this.#parts.reporter.report('lease', { outcome: right.isOwn ? 'taken' : 'shared' });
  }
}

function isForeign(right: StoreRight): right is Lease {
  return typeof right === 'object' && !right.isOwn;
}
