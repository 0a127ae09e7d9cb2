import type { CacheKey } from '../ports/cache-key';
import type { Clock } from '../ports/clock';
import type { Tier } from '../ports/metrics-sink';
import type { Background } from './background';
import type { CallLife } from './call-options';
import { newEntry, type LocalEntry } from './entry';
import type { Generation } from './generations';
import { LoadContext, type Loader } from './load-context';
import type { Reader } from './reader';
import type { Reporter } from './reporter';
import type { SingleFlight } from './single-flight';
import type { Writer } from './writer';

export interface ReadThroughParts {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly flights: SingleFlight;
  readonly reporter: Reporter;
  readonly background: Background;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly maxTtlMs: number;
  /** Aborted when the cache closes. */
  readonly closing: AbortSignal;
}

/** One `wrap` that layer 1 could not answer at once. */
export interface Demand {
  readonly key: CacheKey;
  /** The key as the caller gave it. */
  readonly givenKey: string;
  readonly loader: Loader<unknown>;
  readonly life: CallLife;
}

/** How an entry stands towards one call. `due`: fresh, but so far through its life that a new value is to be loaded behind. */
type Age = 'fresh' | 'due' | 'stale' | 'unusable';

/** What a flight brought to everybody on it. */
interface Landing {
  readonly value: unknown;
  readonly from: Tier | 'loader';
  readonly age: Age;
}

/** The slow half of `wrap`: flight → second look → l2 → loader → writer. */
export class ReadThrough {
  readonly #parts: ReadThroughParts;

  constructor(parts: ReadThroughParts) {
    this.#parts = parts;
  }

  async fetch(demand: Demand): Promise<unknown> {
    const { flights, reader } = this.#parts;
    const held = reader.local(demand.key);
    const age = this.#ageOf(held, demand.life);
    if (held !== undefined && age !== 'unusable') return this.#arrive(demand, { value: held.value, from: 'l1', age });
    return this.#arrive(demand, await flights.run(demand.key, (generation) => this.#answer(demand, generation)));
  }

  #arrive(demand: Demand, { value, from, age }: Landing): unknown {
    const { reporter } = this.#parts;
    if (from === 'loader') reporter.miss(demand.key);
    else reporter.hit(demand.key, from);
    if (age === 'stale') reporter.stale(demand.key);
    if (age !== 'fresh') this.#refresh(demand);
    return value;
  }

  async #answer(demand: Demand, generation: Generation): Promise<Landing> {
    const { reader } = this.#parts;
    const local = reader.local(demand.key);
    const localAge = this.#ageOf(local, demand.life);
    if (local !== undefined && localAge !== 'unusable') return { value: local.value, from: 'l1', age: localAge };
    const remote = await reader.remoteUnder(generation, demand.key);
    const remoteAge = this.#ageOf(remote, demand.life);
    if (remote !== undefined && remoteAge !== 'unusable') return { value: remote.value, from: 'l2', age: remoteAge };
    return this.#load(demand, generation, remote ?? local);
  }

  /** Loads a new value behind, unless somebody is at it, or another process has just done it. */
  #refresh(demand: Demand): void {
    const { background, flights, reporter } = this.#parts;
    if (flights.has(demand.key)) return;
    const landing = flights.run(demand.key, (generation) => this.#renew(demand, generation));
    background.track(
      landing.then(
        () => {
          reporter.refreshed(demand.key, 'done');
        },
        (error: unknown) => {
          reporter.refreshed(demand.key, 'failed');
          reporter.backgroundFailure(demand.key, error);
        },
      ),
    );
  }

  async #renew(demand: Demand, generation: Generation): Promise<Landing> {
    const remote = await this.#parts.reader.remoteUnder(generation, demand.key);
    if (remote !== undefined && this.#ageOf(remote, demand.life) === 'fresh') return { value: remote.value, from: 'l2', age: 'fresh' };
    return this.#load(demand, generation, remote ?? this.#parts.reader.local(demand.key));
  }

  async #load(demand: Demand, generation: Generation, older: LocalEntry | undefined): Promise<Landing> {
    const { clock, closing, reporter } = this.#parts;
    const began = clock.elapsed();
    const stale = older && { value: older.value, ageMs: began - older.createdAt };
    const context = new LoadContext(demand.givenKey, demand.life, closing, stale);
    try {
      const value = await demand.loader(context);
      const durationMs = clock.elapsed() - began;
      reporter.loaded({ key: demand.key, outcome: await this.#store(demand.key, value, context, generation), durationMs });
      return { value, from: 'loader', age: 'fresh' };
    } catch (error) {
      reporter.loaded({ key: demand.key, outcome: 'failed', durationMs: clock.elapsed() - began });
      throw error;
    }
  }

  async #store(key: CacheKey, value: unknown, context: LoadContext, generation: Generation): Promise<'stored' | 'fenced' | 'skipped'> {
    const { clock, maxTtlMs, random, writer } = this.#parts;
    if (value === undefined || context.skipped) return 'skipped';
    return writer.store(key, newEntry(value, context.life, maxTtlMs, clock.now(), random), generation);
  }

  #ageOf(entry: LocalEntry | undefined, life: CallLife): Age {
    const now = this.#parts.clock.elapsed();
    if (entry === undefined || now >= entry.trustedUntil) return 'unusable';
    if (now >= entry.expiresAt) return now < entry.expiresAt + life.staleWhileRevalidateMs ? 'stale' : 'unusable';
    if (life.refreshAhead === undefined) return 'fresh';
    return now < entry.createdAt + life.refreshAhead * (entry.expiresAt - entry.createdAt) ? 'fresh' : 'due';
  }
}
