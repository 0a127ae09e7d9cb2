import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalEntry } from '../entry/entry';
import { isAccepted, satisfies } from '../entry/payload-check';
import type { Lifecycle } from '../lifecycle';
import { resolveWrap, type WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';
import { hasSanitizerFailed } from '../options/safe-parts';
import type { LifeSettings } from '../options/settings';
import { BackgroundRefresh, type BackgroundRefreshParts } from './background-refresh';
import { EntryResults, type EntryResultsParts } from './entry-results';
import { FlightTasks, type FlightTasksParts } from './flight-tasks';
import { FlightWaits, type FlightWaitsParts } from './flight-waits';
import type { LoadRequest, LoadRunner } from './load-runner';
import type { Loader } from './loader';
import { isStale, servable, spanFacts, staleForMs, withOwnValue, type CopyValue, type ReadResult } from './read-result';
import type { Reentrancy } from './reentrancy';
import { runLimitOf } from './run-limit';
import { Flight, givenUp, isAbortedBy, type FlightLimits } from './flight';
import { flightGroupOf } from './single-flight';

export interface CacheWrapParts extends EntryResultsParts, FlightTasksParts, FlightWaitsParts, BackgroundRefreshParts {
  readonly loads: LoadRunner;
  readonly reentrancy: Reentrancy;
  readonly lifecycle: Pick<Lifecycle, 'answers' | 'refreshes'>;
  /** The life of entries, unless a call sets another. */
  readonly life: LifeSettings;
  /** Copies a value for one caller; `undefined` where values are handed out by reference. */
  readonly copy: CopyValue | undefined;
}

type Project<T> = (result: ReadResult) => T;

/** The arguments of one `wrap`, as they were given. */
export interface WrapCall {
  readonly givenKey: string;
  readonly loader: Loader<unknown>;
  readonly options: WrapOptions | Ttl | undefined;
}

interface Attempt extends LoadRequest {
  /** Set for a call that had joined a load that its first caller aborted. Once, because a load may also abort itself each time. */
  readonly isRetry?: true;
}

/**
 * The slow half of `wrap`: a caller that L1 does not answer joins the flight of its key, or begins one, and waits for it.
 * {@link FlightTasks} has the work of a flight, {@link FlightWaits} the timeouts of its callers.
 */
export class CacheWrap {
  readonly #parts: CacheWrapParts;
  readonly #results: EntryResults;
  readonly #tasks: FlightTasks;
  readonly #waits: FlightWaits;
  readonly #refresh: BackgroundRefresh;

  constructor(parts: CacheWrapParts) {
    this.#parts = parts;
    this.#results = new EntryResults(parts);
    this.#tasks = new FlightTasks(parts, this.#results);
    this.#waits = new FlightWaits(parts, this.#results);
    this.#refresh = new BackgroundRefresh(parts, (request, flight) => this.#tasks.reload(request, flight));
  }

  /** Whether a fresh entry of L1 answers the call: it needs no refresh ahead of time, and no check of other constraints. */
  isAnsweredBy({ validatedAs }: LocalEntry, options: WrapOptions | Ttl | undefined): boolean {
    if (this.#parts.life.refreshAhead !== undefined) return false;
    if (typeof options !== 'object') return true;
    return options.refreshAhead === undefined && (validatedAs === undefined || satisfies(validatedAs, options));
  }

  /**
   * Not `async`, nor are the functions that it calls: thousands of callers may wait here for one load.
   * @param project - the part of the result that the caller wants
   */
  call<T>(key: SanitizedKey, { givenKey, loader, options: given }: WrapCall, project: Project<T>): Promise<T> {
    const { lifecycle, loads, life } = this.#parts;
    const isOpen = lifecycle.answers('wrap');
    const request = {
      key,
      group: flightGroupOf(given),
      runLimit: runLimitOf(given),
      givenKey,
      loader,
      options: resolveWrap('wrap', given, life),
    };
    return isOpen ? this.#run(request, project) : loads.runUncached(request).then(project);
  }

  /** For a key that the sanitizer refuses: there is no entry, and the caller gets the value of the loader. */
  async callWithoutKey<T>(error: unknown, { givenKey, loader, options }: WrapCall, project: Project<T>): Promise<T> {
    if (!hasSanitizerFailed(error)) throw error;
    const { life, loads } = this.#parts;
    return project(await loads.runUncached({ givenKey, loader, options: resolveWrap('wrap', options, life) }));
  }

  #run<T>(request: LoadRequest, project: Project<T>): Promise<T> {
    const { memory, reentrancy, spans } = this.#parts;
    if (reentrancy.isLoading(request.key)) return this.#runNested(request, project);
    const local = servable(this.#results.toResult(memory.get(request.key), 'l1', request));
    if (local !== undefined) return Promise.resolve(project(this.#finish(request, local)));
    request.options.call.signal?.throwIfAborted();
    return spans.isOn ? this.#traced(request, project) : this.#join(request, project);
  }

  #runNested<T>(request: LoadRequest, project: Project<T>): Promise<T> {
    request.options.call.signal?.throwIfAborted();
    const flight = new Flight(alwaysCurrent, (own) => this.#parts.loads.runNested(request, own), limitsOf(request));
    return this.#parts.reentrancy.waiting(flight, this.#waits.wait(flight, request, true)).then(project);
  }

  #traced<T>(request: LoadRequest, project: Project<T>): Promise<T> {
    const { flights, spans } = this.#parts;
    return spans.within('wrap', (span) => {
      if (flights.current(request.key, request.group) !== undefined) span.joined();
      return this.#join(request, (result) => {
        span.setResult(spanFacts(result));
        return project(result);
      });
    });
  }

  #join<T>(request: Attempt, project: Project<T>): Promise<T> {
    const { backoff, flights, memory, reentrancy, reporter } = this.#parts;
    const { epoch } = memory;
    const { isRetry } = request;
    const running = flights.current(request.key, request.group);
    if (running !== undefined && reentrancy.closesRing(running)) return this.#runNested(request, project);
    const flight = flights.join(request.key, (own) => this.#tasks.answer(request, own), limitsOf(request), request.group);
    const isOwn = flight !== running;
    this.#waits.limit(flight, request, isOwn);
    if (!request.options.life.waitsForOthers) flight.isUrgent = true;
    const onResult = (result: ReadResult): T | Promise<T> =>
      // The caller that began the flight may have had weaker constraints, and come before an invalidation of the tags.
      isAccepted(result, request.options.life) && !(epoch > result.epoch && memory.wasInvalidated(result.tags, result.epoch))
        ? project(this.#finish(request, result))
        : this.#join(request, project);
    const onError = (error: unknown): T | Promise<T> => {
      if (error === givenUp) return this.#join(request, project);
      if (!isOwn && isRetry === undefined && flight.wasAborted(error)) return this.#join({ ...request, isRetry: true }, project);
      const stale = isAbortedBy(request.options.call.signal, error) ? undefined : this.#results.staleFallback(flight, request);
      if (stale === undefined) {
        reporter.report('miss', { key: request.key });
        throw error;
      }
      backoff.failed(request.key, request.options.life.retryAfterErrorMs);
      return project(this.#finish(request, stale));
    };
    return reentrancy.waiting(flight, this.#waits.wait(flight, request, isOwn)).then(onResult, onError);
  }

  /** Reports the result of one call, and refreshes it in the background if it is due. */
  #finish(request: LoadRequest, result: ReadResult): ReadResult {
    const { clock, reporter } = this.#parts;
    const { key } = request;
    const { from, freshness } = result;
    if (from === 'loader') reporter.report('miss', { key: request.key });
    else reporter.report('hit', { key, tier: from });
    if (isStale(result)) {
      reporter.report('stale', { key, reason: freshness === 'stale' ? 'revalidate' : 'error', ageMs: staleForMs(result, clock.elapsed()) });
    }
    if (freshness === 'stale' || freshness === 'refresh-due') this.#refresh.begin(request);
    return withOwnValue(result, this.#parts.copy);
  }
}

const alwaysCurrent = { current: true, outdated: false };

function limitsOf({ options }: LoadRequest): FlightLimits {
  return { giveUpAfterMs: options.life.hardTimeoutMs, signal: options.call.signal };
}
