import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generation, Generations } from '../consistency/generations';
import { nestingLevels, type NestingLevel } from './reentrancy';

interface Flight {
  readonly generation: Generation;
  readonly landing: Promise<unknown>;
}

/**
 * One running call per key, shared by everybody who asks for the key meanwhile, with the same outcome for all: also a rejection with `undefined`.
 * Who asks after the key was invalidated does not join what began before; a new flight starts beside the old one. Each lane has flights of its own.
 */
export class SingleFlight {
  readonly #flights: Readonly<Record<NestingLevel, Map<SanitizedKey, Flight>>> = {
    handler: new Map(),
    method: new Map(),
    direct: new Map(),
  };
  readonly #generations: Generations;
  readonly #onJoin: (() => void) | undefined;

  /** @param onJoin - called for everybody who shares what somebody else has begun */
  constructor(generations: Generations, onJoin?: () => void) {
    this.#generations = generations;
    this.#onJoin = onJoin;
  }

  /** The generation under which somebody is fetching the key; `undefined` if nobody is, or only somebody whom an invalidation has overtaken. */
  current(key: SanitizedKey, lane: NestingLevel = 'direct'): Generation | undefined {
    const generation = this.#flights[lane].get(key)?.generation;
    return generation?.current === true ? generation : undefined;
  }

  /** Whether the key is being fetched further out, so that a call from this lane may be a part of that: nobody can tell. */
  isWithin(key: SanitizedKey, lane: NestingLevel): boolean {
    for (const outer of nestingLevels) {
      if (outer === lane) return false;
      if (this.#flights[outer].has(key)) return true;
    }
    return false;
  }

  /** @param task - begins at once; it may store what it fetched only while the generation is current */
  run<T>(key: SanitizedKey, task: (generation: Generation) => Promise<T>, lane: NestingLevel = 'direct'): Promise<T> {
    const flights = this.#flights[lane];
    const running = flights.get(key);
    if (running?.generation.current !== true) return this.#start(flights, key, task);
    this.#onJoin?.();
    return running.landing as Promise<T>;
  }

  #start<T>(flights: Map<SanitizedKey, Flight>, key: SanitizedKey, task: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.#generations.begin(key);
    const landing: Promise<T> = task(generation).finally(() => {
      this.#generations.end(key, generation);
      if (flights.get(key)?.landing === landing) flights.delete(key);
    });
    flights.set(key, { generation, landing });
    return landing;
  }

  get size(): number {
    return nestingLevels.reduce((size, lane) => size + this.#flights[lane].size, 0);
  }
}
