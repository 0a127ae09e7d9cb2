import type { CacheKey } from '../../ports/cache-key';
import type { Generation, Generations } from '../consistency/generations';
import { lanes, type Lane } from './reentrancy';

interface Flight {
  readonly generation: Generation;
  readonly landing: Promise<unknown>;
}

/**
 * One running call per key, shared by everybody who asks for the key meanwhile, with the same outcome for all: also a rejection with `undefined`.
 * Who asks after the key was invalidated does not join what began before; a new flight starts beside the old one. Each lane has flights of its own.
 */
export class SingleFlight {
  readonly #flights: Readonly<Record<Lane, Map<CacheKey, Flight>>> = { handler: new Map(), method: new Map(), direct: new Map() };
  readonly #generations: Generations;
  readonly #onJoin: () => void;

  /** @param onJoin - called for everybody who shares what somebody else has begun */
  constructor(generations: Generations, onJoin: () => void = unnoticed) {
    this.#generations = generations;
    this.#onJoin = onJoin;
  }

  /** The generation under which somebody is fetching the key; `undefined` if nobody is, or only somebody whom an invalidation has overtaken. */
  current(key: CacheKey, lane: Lane = 'direct'): Generation | undefined {
    const generation = this.#flights[lane].get(key)?.generation;
    return generation?.current === true ? generation : undefined;
  }

  /** Whether the key is being fetched further out, so that a call from this lane may be a part of that: nobody can tell. */
  isWithin(key: CacheKey, lane: Lane): boolean {
    for (const outer of lanes) {
      if (outer === lane) return false;
      if (this.#flights[outer].has(key)) return true;
    }
    return false;
  }

  /** @param task - begins at once; it may store what it fetched only while the generation is current */
  run<T>(key: CacheKey, task: (generation: Generation) => Promise<T>, lane: Lane = 'direct'): Promise<T> {
    const flights = this.#flights[lane];
    const running = flights.get(key);
    if (running?.generation.current !== true) return this.#start(flights, key, task);
    this.#onJoin();
    return running.landing as Promise<T>;
  }

  #start<T>(flights: Map<CacheKey, Flight>, key: CacheKey, task: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.#generations.begin(key);
    const landing: Promise<T> = task(generation).finally(() => {
      this.#generations.end(key, generation);
      if (flights.get(key)?.landing === landing) flights.delete(key);
    });
    flights.set(key, { generation, landing });
    return landing;
  }

  get size(): number {
    return lanes.reduce((size, lane) => size + this.#flights[lane].size, 0);
  }
}

function unnoticed(): void {
  // Not everybody counts.
}
