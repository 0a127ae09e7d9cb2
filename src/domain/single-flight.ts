import type { CacheKey } from '../ports/cache-key';
import type { Generation, Generations } from './generations';

interface Flight {
  readonly generation: Generation;
  readonly landing: Promise<unknown>;
}

/**
 * One running call per key, shared by everybody who asks for the key meanwhile, with the same outcome for all: also a rejection with `undefined`.
 * Who asks after the key was invalidated does not join what began before; a new flight starts beside the old one.
 */
export class SingleFlight {
  readonly #flights = new Map<CacheKey, Flight>();
  readonly #generations: Generations;
  readonly #onJoin: () => void;

  /** @param onJoin - called for everybody who shares what somebody else has begun */
  constructor(generations: Generations, onJoin: () => void = unnoticed) {
    this.#generations = generations;
    this.#onJoin = onJoin;
  }

  /** The generation under which somebody is fetching the key; `undefined` if nobody is, or only somebody whom an invalidation has overtaken. */
  current(key: CacheKey): Generation | undefined {
    const generation = this.#flights.get(key)?.generation;
    return generation?.current === true ? generation : undefined;
  }

  /** @param task - begins at once; it may store what it fetched only while the generation is current */
  run<T>(key: CacheKey, task: (generation: Generation) => Promise<T>): Promise<T> {
    const running = this.#flights.get(key);
    if (running?.generation.current !== true) return this.#start(key, task);
    this.#onJoin();
    return running.landing as Promise<T>;
  }

  #start<T>(key: CacheKey, task: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.#generations.begin(key);
    const landing: Promise<T> = task(generation).finally(() => {
      this.#generations.end(key, generation);
      if (this.#flights.get(key)?.landing === landing) this.#flights.delete(key);
    });
    this.#flights.set(key, { generation, landing });
    return landing;
  }

  get size(): number {
    return this.#flights.size;
  }
}

function unnoticed(): void {
  // Not everybody counts.
}
