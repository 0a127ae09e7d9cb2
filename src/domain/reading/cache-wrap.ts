import type { Clock } from '../../ports/clock';
import type { Tier } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Spans } from '../../ports/traces';
import { CacheError } from '../cache-error';
import type { LocalEntry } from '../entry/entry';
import { freshnessOf, newest } from '../entry/freshness';
import { isAccepted, satisfies } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable } from '../l2/remote-tier';
import type { ServerTags } from '../l2/server-tags';
import type { Lifecycle } from '../lifecycle';
import { resolveWrap, type WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';
import { hasSanitizerFailed } from '../options/safe-parts';
import type { LifeSettings } from '../options/settings';
import type { Background } from '../shared/background';
import { BackgroundRefresh } from './background-refresh';
import { isEndless, waitFor, type CallTimeouts } from './call-timeouts';
import type { ReadMoment, SeenRow } from './l2-read';
import type { L2Answer, L2Reader } from './l2-reader';
import type { LeasedLoads } from './leased-loads';
import type { LoadBackoff } from './load-backoff';
import type { LoadRequest, LoadRunner } from './load-runner';
import type { Loader } from './loader';
import {
  freshAlone,
  isStale,
  servable,
  spanFacts,
  staleForMs,
  toReadResult,
  withOwnValue,
  type CopyValue,
  type ReadResult,
} from './read-result';
import type { Reentrancy } from './reentrancy';
import { runLimitOf } from './run-limit';
import { Flight, flightGroupOf, givenUp, isAbortedBy, type SingleFlight } from './single-flight';

export interface CacheWrapParts {
  readonly memory: MemoryTier;
  readonly reader: L2Reader;
  readonly serverTags: Pick<ServerTags, 'now'>;
  readonly loads: LoadRunner;
  readonly leasedLoads: LeasedLoads;
  readonly flights: SingleFlight;
  readonly backoff: LoadBackoff;
  readonly reentrancy: Reentrancy;
  readonly reporter: Reporter;
  readonly spans: Spans;
  readonly background: Background;
  readonly clock: Clock;
  readonly lifecycle: Pick<Lifecycle, 'answers' | 'refreshes'>;
  /** The life of entries, unless a call sets another. */
  readonly life: LifeSettings;
  /** Runs work outside the asynchronous context of the request that caused it. */
  readonly detach: <T>(run: () => T) => T;
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

/** The slow half of `wrap`: flight → L1 once more → L2 → loader. */
export class CacheWrap {
  readonly #parts: CacheWrapParts;
  readonly #backoff: LoadBackoff;
  readonly #refresh: BackgroundRefresh;

  constructor(parts: CacheWrapParts) {
    this.#parts = parts;
    this.#backoff = parts.backoff;
    this.#refresh = new BackgroundRefresh(parts, (request, flight) => this.#reload(request, flight));
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
    const local = servable(this.#toResult(memory.get(request.key), 'l1', request));
    if (local !== undefined) return Promise.resolve(project(this.#finish(request, local)));
    request.options.call.signal?.throwIfAborted();
    return spans.isOn ? this.#traced(request, project) : this.#join(request, project);
  }

  #runNested<T>(request: LoadRequest, project: Project<T>): Promise<T> {
    request.options.call.signal?.throwIfAborted();
    const flight = new Flight(alwaysCurrent, (own) => this.#parts.loads.runNested(request, own), limitsOf(request));
    return this.#parts.reentrancy.waiting(flight, this.#wait(flight, request, true)).then(project);
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
    const { flights, memory, reentrancy, reporter } = this.#parts;
    const { epoch } = memory;
    const { isRetry } = request;
    const running = flights.current(request.key, request.group);
    if (running !== undefined && reentrancy.closesRing(running)) return this.#runNested(request, project);
    const flight = flights.join(request.key, (own) => this.#answer(request, own), limitsOf(request), request.group);
    const isOwn = flight !== running;
    this.#limit(flight, request, isOwn);
    if (!request.options.life.waitsForOthers) flight.isUrgent = true;
    const onResult = (result: ReadResult): T | Promise<T> =>
      // The caller that began the flight may have had weaker constraints, and come before an invalidation of the tags.
      isAccepted(result, request.options.life) && !(epoch > result.epoch && memory.wasInvalidated(result.tags, result.epoch))
        ? project(this.#finish(request, result))
        : this.#join(request, project);
    const onError = (error: unknown): T | Promise<T> => {
      if (error === givenUp) return this.#join(request, project);
      if (!isOwn && isRetry === undefined && flight.wasAborted(error)) return this.#join({ ...request, isRetry: true }, project);
      const stale = isAbortedBy(request.options.call.signal, error) ? undefined : this.#staleFallback(flight, request);
      if (stale === undefined) {
        reporter.report('miss', { key: request.key });
        throw error;
      }
      this.#backOff(request);
      return project(this.#finish(request, stale));
    };
    return reentrancy.waiting(flight, this.#wait(flight, request, isOwn)).then(onResult, onError);
  }

  /** Ends the sharing of a load that does not end itself, although the caller with the limit may have left before. */
  #limit(flight: Flight, request: LoadRequest, isOwn: boolean): void {
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
      this.#backOff(request);
      flight.giveUp();
      onGivenUp?.();
    });
    void flight.result.then(cancel, cancel);
  }

  /**
   * Callers of one flight have separate timeouts, and separate limits of staleness.
   * @param isOwn - whether this caller began the flight
   */
  #wait(flight: Flight, request: LoadRequest, isOwn: boolean): Promise<ReadResult> {
    const { background, clock } = this.#parts;
    const { life, call } = request.options;
    const timeouts: CallTimeouts = { softTimeoutMs: life.softTimeoutMs, hardTimeoutMs: life.hardTimeoutMs, signal: call.signal };
    if (isEndless(timeouts)) return isOwn ? flight.result : flight.shared;
    // A caller that times out leaves the load running: `close()` waits for it.
    flight.trackIn(background);
    const stale = (): ReadResult | undefined => this.#staleFallback(flight, request);
    const onHardTimeout = (): Error => {
      // A caller that leaves alone has learned nothing about the source.
      if (flight.giveUpAfterMs === Infinity || life.hardTimeoutMs >= flight.giveUpAfterMs) {
        this.#backOff(request);
        flight.giveUp();
      }
      return new CacheError('CACHE_LOAD_TIMEOUT', `wrap: no value within ${life.hardTimeoutMs} ms`);
    };
    const leavesGivenUp = !isOwn && life.hardTimeoutMs === Infinity;
    return waitFor(flight, timeouts, { stale, onHardTimeout, ...(leavesGivenUp && { onGivenUp: () => givenUp }) }, clock);
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

  async #answer(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const { memory } = this.#parts;
    const local = this.#accepted(memory.get(request.key), request);
    const fromL1 = servable(this.#toResult(local, 'l1', request));
    if (fromL1 !== undefined) return fromL1;
    flight.noteOlder(newest(local, undefined));
    const remote = await this.#readL2(request, flight);
    const fromL2 = servable(this.#toResult(remote, 'l2', request));
    if (fromL2 !== undefined) return fromL2;
    flight.noteOlder(newest(local, remote));
    const stale = this.#backoff.isBackingOff(request.key) ? this.#staleFallback(flight, request) : undefined;
    if (stale !== undefined) return stale;
    return this.#load(request, flight, request.options.life.waitsForOthers ? callerWaitsMs : undefined, servable);
  }

  /** Loads a new value, unless another process has just stored one. */
  async #reload(request: LoadRequest, flight: Flight): Promise<ReadResult> {
    const remote = await this.#readL2(request, flight);
    const fromL2 = this.#toResult(remote, 'l2', request);
    if (fromL2?.freshness === 'fresh') return fromL2;
    flight.noteOlder(newest(this.#accepted(this.#parts.memory.get(request.key), request), remote));
    // A fleet refreshes once. A caller that joins, and does not wait for other processes, ends the wait.
    return this.#load(request, flight, refreshWaitsMs, freshAlone);
  }

  /** @param ending - the result, if it ends the wait for another process */
  #load(request: LoadRequest, flight: Flight, waitsMs: number | undefined, ending: typeof servable): Promise<ReadResult> {
    const reread = async (): Promise<ReadResult | undefined> => {
      const remote = await this.#readL2(request, flight);
      flight.noteOlder(newest(undefined, remote));
      return ending(this.#toResult(remote, 'l2', request));
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

  #staleFallback({ older }: Flight, request: LoadRequest): ReadResult | undefined {
    const result = older && this.#parts.memory.holds(older.entry) ? this.#toResult(older.entry, older.from, request) : undefined;
    return result === undefined || result.freshness === 'expired' ? undefined : { ...result, freshness: 'stale-if-error' };
  }

  #backOff({ key, options }: LoadRequest): void {
    this.#backoff.failed(key, options.life.retryAfterErrorMs);
  }

  #accepted(entry: LocalEntry | undefined, { options }: LoadRequest): LocalEntry | undefined {
    return entry !== undefined && isAccepted(entry, options.life) ? entry : undefined;
  }

  #toResult(given: LocalEntry | undefined, from: Tier, request: LoadRequest): ReadResult | undefined {
    const entry = this.#accepted(given, request);
    if (entry === undefined) return undefined;
    const { clock, memory } = this.#parts;
    return toReadResult(entry, from, freshnessOf({ entry, from }, request.options, clock.elapsed(), memory.doubtedAt));
  }
}

/** Between two reads for the value of another process: with a caller that waits, and in the background. Milliseconds. */
const callerWaitsMs = 100;
const refreshWaitsMs = 1_000;

const alwaysCurrent = { current: true, outdated: false };

function limitsOf({ options }: LoadRequest): ConstructorParameters<typeof Flight>[2] {
  return { giveUpAfterMs: options.life.hardTimeoutMs, signal: options.call.signal };
}
