import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Tier } from '../../ports/metrics-sink';
import type { Spans } from '../../ports/traces';
import type { Background } from '../background';
import { CacheError } from '../cache-error';
import type { Generation } from '../consistency/generations';
import { newEntry, type LocalEntry } from '../entry/entry';
import { freshnessOf, newest, type Found } from '../entry/freshness';
import { satisfies } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import { unreachable } from '../l2/remote-tier';
import type { Lifecycle } from '../lifecycle';
import { type CallLife, type WrapOptions, resolveWrap } from '../options/call-options';
import type { Ttl } from '../options/options';
import { hasSanitizerFailed } from '../options/safe-sanitizer';
import type { LifeSettings } from '../options/settings';
import type { Writer } from '../writing/writer';
import type { Reader, RemoteAnswer } from './l2-reader';
import { LoadBackoff } from './load-backoff';
import { type UncachedLoad, loadUncached, LoadContext, type Loader } from './loader';
import { toReadResult, staleForMs, notStored, type ReadResult, type LoadResult, spanFacts } from './read-result';
import { type NestingLevel, withoutLevel, levelOf } from './reentrancy';
import type { SingleFlight } from './single-flight';
import { isEndless, raceTimeouts } from './call-timeouts';

interface ReadThroughParts {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly flights: SingleFlight;
  readonly reporter: Reporter;
  readonly spans: Spans;
  readonly background: Background;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly maxTtlMs: number;
  readonly lifecycle: Pick<Lifecycle, 'closing' | 'refreshes'>;
  /** Runs something outside the request that happened to bring it about: its context must not follow it. */
  readonly detach: <T>(run: () => T) => T;
}

/** One `wrap` that layer 1 could not answer at once. */
interface LoadRequest extends UncachedLoad {
  readonly key: SanitizedKey;
  readonly lane: NestingLevel;
}

/** The slow half of `wrap`: flight → second look → l2 → loader → writer. */
export class ReadThrough {
  readonly #parts: ReadThroughParts;
  readonly #retries: LoadBackoff;
  /** What a flight found and did not want, for those on it who wait no longer. */
  readonly #older = new WeakMap<Generation, Found>();

  constructor(parts: ReadThroughParts) {
    this.#parts = parts;
    this.#retries = new LoadBackoff(parts.clock);
  }

  /** @param pick - what the caller wants of the landing */
  fetch<T>(demand: LoadRequest, pick: (landing: ReadResult) => T): Promise<T> {
    const { flights, reader: reader, spans } = this.#parts;
    if (flights.isWithin(demand.key, demand.lane)) return this.#loadWithin(demand, pick);
    const held = servable(this.#landing(reader.local(demand.key, demand.life), 'l1', demand.life));
    if (held !== undefined) return Promise.resolve(pick(this.#arrive(demand, held)));
    demand.life.signal?.throwIfAborted();
    return spans.isOn ? this.#traced(demand, pick) : this.#fetch(demand, pick);
  }

  #traced<T>(demand: LoadRequest, pick: (landing: ReadResult) => T): Promise<T> {
    const { flights, spans } = this.#parts;
    return spans.within('wrap', (span) => {
      if (flights.current(demand.key, demand.lane) !== undefined) span.joined();
      return this.#fetch(demand, (landing) => {
        span.landed(spanFacts(landing));
        return pick(landing);
      });
    });
  }

  #fetch<T>(demand: LoadRequest, pick: (landing: ReadResult) => T): Promise<T> {
    const { flights, reader: reader, reporter } = this.#parts;
    const flight = flights.run(demand.key, (generation) => this.#answer(demand, generation), demand.lane);
    const arrived = (landing: ReadResult): T | Promise<T> => {
      // Whoever began the flight may have demanded less.
      const isEnough = reader.passes(demand.key, landing, demand.life);
      return isEnough ? pick(this.#arrive(demand, landing)) : this.#fetch(demand, pick);
    };
    const failed = (error: unknown): never => {
      // The cache had nothing for him, whatever the loader did.
      reporter.report('miss', { key: demand.key });
      throw error;
    };
    return this.#await(demand, flight).then(arrived, failed);
  }

  /** Each in his own way: those on one flight may be content with an old value, or not, and for longer or shorter. */
  #await(demand: LoadRequest, flight: Promise<ReadResult>): Promise<ReadResult> {
    const generation = demand.life.staleIfErrorMs > 0 ? this.#parts.flights.current(demand.key, demand.lane) : undefined;
    const contented = generation === undefined ? flight : flight.catch((error: unknown) => this.#insteadOf(error, demand, generation));
    return isEndless(demand.life) ? contented : this.#patiently(demand, contented, () => this.#insteadOfWaiting(demand));
  }

  /** Without a cache: nobody is asked, nothing is stored, nobody else gets the value. */
  async loadAlone<T>(load: UncachedLoad, pick: (landing: ReadResult) => T): Promise<T> {
    return pick(await loadUncached(load, this.#parts.clock));
  }

  /** A part of what is loaded further out: once for all who ask, never old, since it would come out of there as new, and never stored. */
  #loadWithin<T>(demand: LoadRequest, pick: (landing: ReadResult) => T): Promise<T> {
    const { clock, flights, lifecycle } = this.#parts;
    const { key, lane, life } = demand;
    life.signal?.throwIfAborted();
    const flight = flights.run(key, () => loadUncached(demand, clock, lifecycle.closing), lane);
    return (isEndless(life) ? flight : this.#patiently(demand, flight, () => undefined)).then(pick);
  }

  #arrive(demand: LoadRequest, landing: ReadResult): ReadResult {
    const { clock, reporter } = this.#parts;
    const { from, freshness: age } = landing;
    if (from === 'loader') reporter.report('miss', { key: demand.key });
    else reporter.report('hit', { key: demand.key, tier: from });
    if (age === 'stale' || age === 'stale-if-error') {
      const reason = age === 'stale' ? 'revalidate' : 'error';
      reporter.report('stale', { key: demand.key, reason, ageMs: staleForMs(landing, clock.elapsed()) });
    }
    if (age === 'stale' || age === 'refresh-due') this.#refresh(demand);
    return landing;
  }

  /** Who waits no longer leaves a load behind that belongs to nobody: `close` waits for it. */
  #patiently({ life }: LoadRequest, flight: Promise<ReadResult>, instead: () => ReadResult | undefined): Promise<ReadResult> {
    const { background, clock } = this.#parts;
    background.track(flight);
    const tooLate = (): CacheError => new CacheError('CACHE_LOAD_TIMEOUT', `wrap: no value within ${life.hardTimeoutMs} ms`);
    return raceTimeouts(flight, life, { fallback: instead, timeoutError: tooLate }, clock);
  }

  #insteadOfWaiting(demand: LoadRequest): ReadResult | undefined {
    const generation = this.#parts.flights.current(demand.key, demand.lane);
    const older = generation && this.#older.get(generation);
    return older && this.#spare(older, demand);
  }

  /** What was invalidated while it was loaded is not stale but wrong. */
  #insteadOf(error: unknown, demand: LoadRequest, generation: Generation): ReadResult {
    const older = generation.current ? this.#older.get(generation) : undefined;
    const spare = older && this.#spare(older, demand);
    if (spare === undefined) throw error;
    this.#retries.failed(demand.key, demand.life.retryAfterErrorMs);
    return spare;
  }

  async #answer(demand: LoadRequest, generation: Generation): Promise<ReadResult> {
    const { reader: reader } = this.#parts;
    const local = reader.local(demand.key, demand.life);
    const fromLocal = servable(this.#landing(local, 'l1', demand.life));
    if (fromLocal !== undefined) return fromLocal;
    this.#note(generation, newest(local, undefined));
    const remote = found(await reader.remoteUnder(generation, demand.key, demand.life));
    const fromRemote = servable(this.#landing(remote, 'l2', demand.life));
    if (fromRemote !== undefined) return fromRemote;
    const older = newest(local, remote);
    this.#note(generation, older);
    const spare = older && this.#spare(older, demand);
    if (spare !== undefined && generation.current && this.#retries.isBackingOff(demand.key)) return spare;
    return this.#load(demand, generation, older?.entry);
  }

  /** Loads a new value behind, unless somebody is at it, another process has just done it, or it failed a moment ago. */
  #refresh(demand: LoadRequest): void {
    const { background, detach, flights, lifecycle, reporter } = this.#parts;
    const { key, lane, life } = demand;
    if (!lifecycle.refreshes || flights.current(key, lane) !== undefined || this.#retries.isBackingOff(key)) return;
    const renew = this.#renewal(demand);
    const landing = detach(() => flights.run(key, renew, lane));
    const done = (): void => {
      reporter.report('refresh', { key, outcome: 'done' });
    };
    const failed = (error: unknown): void => {
      this.#retries.failed(key, life.retryAfterErrorMs);
      reporter.report('refresh', { key, outcome: 'failed' });
      reporter.report('backgroundFailure', { key, error });
    };
    background.track(landing.then(done, failed));
  }

  /** To be asked for where the refresh is caused: what comes back runs outside. */
  #renewal(demand: LoadRequest): (generation: Generation) => Promise<ReadResult> {
    const { spans } = this.#parts;
    if (!spans.isOn) return (generation) => this.#renew(demand, generation);
    const runApart = spans.apart('refresh');
    return (generation) =>
      runApart(async (span) => {
        const landing = await this.#renew(demand, generation);
        span.landed(spanFacts(landing));
        return landing;
      });
  }

  async #renew(demand: LoadRequest, generation: Generation): Promise<ReadResult> {
    const { reader: reader } = this.#parts;
    const remote = found(await reader.remoteUnder(generation, demand.key, demand.life));
    const landing = this.#landing(remote, 'l2', demand.life);
    if (landing?.freshness === 'fresh') return landing;
    const older = newest(reader.local(demand.key, demand.life), remote);
    this.#note(generation, older);
    return this.#load(demand, generation, older?.entry);
  }

  async #load(demand: LoadRequest, generation: Generation, older: LocalEntry | undefined): Promise<ReadResult> {
    const { clock, lifecycle, reporter, spans } = this.#parts;
    const stale = older && { value: older.value, ageMs: clock.elapsed() - older.createdAt };
    const context = new LoadContext(demand.givenKey, demand.life, lifecycle.closing, stale);
    const began = clock.precise();
    try {
      const value = await (spans.isOn ? spans.within('load', () => demand.loader(context)) : demand.loader(context));
      const durationMs = clock.precise() - began;
      const landing = await this.#store(demand.key, value, context, generation);
      reporter.report('load', { key: demand.key, outcome: landing.outcome, durationMs });
      if (context.keepsStale) this.#retries.failed(demand.key, demand.life.retryAfterErrorMs);
      else this.#retries.succeeded(demand.key);
      return landing;
    } catch (error) {
      reporter.report('load', { key: demand.key, outcome: 'failed', durationMs: clock.precise() - began });
      throw error;
    }
  }

  async #store(key: SanitizedKey, value: unknown, context: LoadContext, generation: Generation): Promise<LoadResult> {
    const { clock, maxTtlMs, random, writer } = this.#parts;
    if (value === undefined || context.skipped) {
      // The source has answered, and its answer is no longer the older value.
      if (context.stale !== undefined && !context.keepsStale && generation.current) await writer.delete(key);
      return notStored(value, 'skipped', clock.elapsed());
    }
    const entry = newEntry(value, context.life, maxTtlMs, clock.now(), random);
    const createdAt = clock.elapsed();
    const outcome = await writer.store(key, entry, generation, context.life);
    if (outcome === 'fenced') return notStored(value, outcome, clock.elapsed());
    return {
      value,
      from: 'loader',
      freshness: 'fresh',
      createdAt,
      expiresAt: createdAt + entry.expiresAt - entry.createdAt,
      outcome,
      validatedAs: undefined,
    };
  }

  #note(generation: Generation, older: Found | undefined): void {
    if (older !== undefined) this.#older.set(generation, older);
  }

  #spare({ entry, from }: Found, { key, life }: LoadRequest): ReadResult | undefined {
    if (!this.#parts.reader.passes(key, entry, life)) return undefined;
    const landing = this.#landing(entry, from, life);
    return landing === undefined || landing.freshness === 'expired' ? undefined : { ...landing, freshness: 'stale-if-error' };
  }

  #landing(entry: LocalEntry | undefined, from: Tier, life: CallLife): ReadResult | undefined {
    if (entry === undefined) return undefined;
    const { clock, reader: reader } = this.#parts;
    return toReadResult(entry, from, freshnessOf({ entry, from }, life, clock.elapsed(), reader.era));
  }
}

function servable(landing: ReadResult | undefined): ReadResult | undefined {
  return landing === undefined || landing.freshness === 'stale-if-error' || landing.freshness === 'expired' ? undefined : landing;
}

function found(answer: RemoteAnswer): LocalEntry | undefined {
  return answer === unreachable ? undefined : answer;
}

/** The arguments of one `wrap`, as they were given. */
interface WrapCall<V> {
  readonly givenKey: string;
  readonly loader: Loader<V>;
  readonly options: WrapOptions | Ttl | undefined;
}

/** The way of a `wrap` that layer 1 could not answer: its options are looked at here, and not before. */
export class WrapCalls {
  readonly #readThrough: ReadThrough;
  readonly #lifecycle: Lifecycle;
  readonly #life: LifeSettings;

  constructor(readThrough: ReadThrough, lifecycle: Lifecycle, life: LifeSettings) {
    this.#readThrough = readThrough;
    this.#lifecycle = lifecycle;
    this.#life = life;
  }

  /** Not `async`, nor is what it calls: thousands may wait here for one load. */
  run<V, T>(key: SanitizedKey, { givenKey, loader, options }: WrapCall<V>, pick: (landing: ReadResult) => T): Promise<T> {
    const answers = this.#lifecycle.answers('wrap');
    const demand = { key, lane: levelOf(options), givenKey, loader, life: this.#lifeOf(options) };
    return answers ? this.#readThrough.fetch(demand, pick) : this.#readThrough.loadAlone(demand, pick);
  }

  /** Where the sanitizer has failed there is no key, and so no cache; the caller gets the value all the same. */
  async withoutKey<V, T>(error: unknown, { givenKey, loader, options }: WrapCall<V>, pick: (landing: ReadResult) => T): Promise<T> {
    if (!hasSanitizerFailed(error)) throw error;
    return this.#readThrough.loadAlone({ givenKey, loader, life: this.#lifeOf(options) }, pick);
  }

  /** Whether a fresh value is the end of it: it need neither be renewed ahead of time, nor be looked at once more. */
  isEnough({ validatedAs: origin }: LocalEntry, options: WrapOptions | Ttl | undefined): boolean {
    if (this.#life.refreshAhead !== undefined) return false;
    if (typeof options !== 'object') return true;
    return options.refreshAhead === undefined && (origin === undefined || satisfies(origin, options));
  }

  #lifeOf(options: WrapOptions | Ttl | undefined): CallLife {
    return resolveWrap('wrap', withoutLevel(options), this.#life);
  }
}
