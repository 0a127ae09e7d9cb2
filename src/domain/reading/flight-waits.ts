import type { Clock } from '../../ports/clock';
import { CacheError } from '../cache-error';
import type { Background } from '../shared/background';
import { isEndless, waitFor, type CallTimeouts } from './call-timeouts';
import type { EntryResults } from './entry-results';
import type { LoadBackoff } from './load-backoff';
import type { LoadRequest } from './load-runner';
import type { ReadResult } from './read-result';
import { givenUp, type Flight } from './flight';

export interface FlightWaitsParts {
  readonly background: Background;
  readonly backoff: LoadBackoff;
  readonly clock: Clock;
}

/**
 * The waits of callers for a flight. Callers of one flight have separate timeouts, and separate limits of staleness.
 *
 * Nothing here is `async` for a caller without a timeout: thousands of them may wait for one flight.
 */
export class FlightWaits {
  readonly #parts: FlightWaitsParts;
  readonly #results: EntryResults;

  constructor(parts: FlightWaitsParts, results: EntryResults) {
    this.#parts = parts;
    this.#results = results;
  }

  /** @param isOwn - whether this caller began the flight */
  wait(flight: Flight, request: LoadRequest, isOwn: boolean): Promise<ReadResult> {
    const { background, clock } = this.#parts;
    const { life, call } = request.options;
    const timeouts: CallTimeouts = { softTimeoutMs: life.softTimeoutMs, hardTimeoutMs: life.hardTimeoutMs, signal: call.signal };
    if (isEndless(timeouts)) return isOwn ? flight.result : flight.shared;
    // A caller that times out leaves the load running: `close()` waits for it.
    flight.trackIn(background);
    const stale = (): ReadResult | undefined => this.#results.staleFallback(flight, request);
    const onHardTimeout = (): Error => {
      // A caller that leaves alone has learned nothing about the source.
      if (flight.giveUpAfterMs === Infinity || life.hardTimeoutMs >= flight.giveUpAfterMs) this.#giveUp(flight, request);
      return new CacheError('CACHE_LOAD_TIMEOUT', `wrap: no value within ${life.hardTimeoutMs} ms`);
    };
    const leavesGivenUp = !isOwn && life.hardTimeoutMs === Infinity;
    return waitFor(flight, timeouts, { stale, onHardTimeout, ...(leavesGivenUp && { onGivenUp: () => givenUp }) }, clock);
  }

  /** Ends the sharing of a load that does not end itself, although the caller with the limit may have left before. */
  limit(flight: Flight, request: LoadRequest, isOwn: boolean): void {
    const { runLimit } = request;
    const { call, life } = request.options;
    const { hardTimeoutMs, softTimeoutMs } = life;
    if (hardTimeoutMs !== Infinity) {
      const mayLeaveBefore = softTimeoutMs < hardTimeoutMs || call.signal !== undefined;
      if (isOwn && mayLeaveBefore) this.#giveUpAfter(hardTimeoutMs, flight, request);
    } else if (runLimit !== undefined && !flight.isLimited) {
      flight.isLimited = true;
      // Of a load that another caller began, nothing is known about the method.
      this.#giveUpAfter(runLimit.ms, flight, request, isOwn ? runLimit.onExceeded : undefined);
    }
  }

  #giveUpAfter(ms: number, flight: Flight, request: LoadRequest, onGivenUp?: () => void): void {
    const cancel = this.#parts.clock.schedule(ms, () => {
      this.#giveUp(flight, request);
      onGivenUp?.();
    });
    void flight.result.then(cancel, cancel);
  }

  #giveUp(flight: Flight, { key, options }: LoadRequest): void {
    this.#parts.backoff.failed(key, options.life.retryAfterErrorMs);
    flight.giveUp();
  }
}
