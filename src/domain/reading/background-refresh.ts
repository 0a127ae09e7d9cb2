import type { Clock } from '../../ports/clock';
import type { Spans } from '../../ports/traces';
import { CacheError } from '../cache-error';
import type { Reporter } from '../events/reporter';
import type { Lifecycle } from '../lifecycle';
import type { Background } from '../shared/background';
import { waitFor } from './call-timeouts';
import type { LoadBackoff } from './load-backoff';
import type { LoadRequest } from './load-runner';
import { spanFacts, type ReadResult } from './read-result';
import type { Flight } from './flight';
import type { SingleFlight } from './single-flight';

export interface BackgroundRefreshParts {
  readonly flights: SingleFlight;
  readonly backoff: LoadBackoff;
  readonly reporter: Reporter;
  readonly spans: Spans;
  readonly background: Background;
  readonly clock: Clock;
  readonly lifecycle: Pick<Lifecycle, 'refreshes'>;
  /** Runs work outside the asynchronous context of the request that caused it. */
  readonly detach: <T>(run: () => T) => T;
}

type Reload = (request: LoadRequest, flight: Flight) => Promise<ReadResult>;

/** Loads new values in the background, while callers get older ones. */
export class BackgroundRefresh {
  readonly #parts: BackgroundRefreshParts;
  readonly #reload: Reload;

  /** @param reload - returns the value from L2 if another process has just stored one, or else loads it */
  constructor(parts: BackgroundRefreshParts, reload: Reload) {
    this.#parts = parts;
    this.#reload = reload;
  }

  /** Starts a refresh, unless the key is being loaded, or a load of it has failed a moment ago. */
  begin(request: LoadRequest): void {
    const { background, backoff, detach, flights, lifecycle, reporter } = this.#parts;
    const { group, key, options } = request;
    if (!lifecycle.refreshes || flights.current(key, group) !== undefined || backoff.isBackingOff(key)) return;
    const task = this.#task(request);
    const flight = detach(() => flights.join(key, task, { giveUpAfterMs: limitMsOf(request) }, group));
    const onDone = (): void => reporter.report('refresh', { key, outcome: 'done' });
    const onFailure = (error: unknown): void => {
      backoff.failed(key, options.life.retryAfterErrorMs);
      reporter.report('refresh', { key, outcome: 'failed' });
      reporter.report('backgroundFailure', { key, error });
    };
    background.track(this.#wait(flight, request).then(onDone, onFailure));
  }

  /** Called in the context of the request, for the link of the span; the returned task runs outside it. */
  #task(request: LoadRequest): (flight: Flight) => Promise<ReadResult> {
    const { spans } = this.#parts;
    if (!spans.isOn) return (flight) => this.#reload(request, flight);
    const runApart = spans.apart('refresh');
    return (flight) =>
      runApart(async (span) => {
        const result = await this.#reload(request, flight);
        span.setResult(spanFacts(result));
        return result;
      });
  }

  /** Only the hard timeout applies: no caller waits that could get a stale value. */
  #wait(flight: Flight, request: LoadRequest): Promise<ReadResult> {
    const hardTimeoutMs = limitMsOf(request);
    if (hardTimeoutMs === Infinity) return flight.result;
    const onHardTimeout = (): Error => {
      flight.giveUp();
      if (request.options.life.hardTimeoutMs === Infinity) request.runLimit?.onExceeded();
      return new CacheError('CACHE_LOAD_TIMEOUT', `wrap: a refresh in the background had no value within ${hardTimeoutMs} ms`);
    };
    const timeouts = { softTimeoutMs: Infinity, hardTimeoutMs, signal: undefined };
    return waitFor(flight, timeouts, { stale: () => undefined, onHardTimeout }, this.#parts.clock);
  }
}

function limitMsOf({ options, runLimit }: LoadRequest): number {
  const { hardTimeoutMs } = options.life;
  return hardTimeoutMs === Infinity && runLimit !== undefined ? runLimit.ms : hardTimeoutMs;
}
