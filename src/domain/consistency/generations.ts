import type { SanitizedKey } from '../../ports/sanitized-key';

/** The generation of a key under which a read, load or write runs, from its beginning to its end. */
export interface Generation {
  /** `false` after the key was invalidated or written: the value of the holder is too old to be stored. */
  readonly current: boolean;
  /** `true` after another process has changed the key: a value that the holder has sent may have undone the change. */
  readonly outdated: boolean;
}

interface GenerationState extends Generation {
  current: boolean;
  outdated: boolean;
  holders: number;
}

/** Reads of L2 that are under way. */
export interface ReadsInFlight {
  /** The key was invalidated or written. */
  overtake(key: SanitizedKey): void;
  overtakeAll(): void;
}

/**
 * Notices that a key was invalidated while it was read or loaded, so that a value read before a delete is never stored after it.
 * Without this, `del` during a slow load is undone when the load ends.
 *
 * Only keys that are being read or loaded are remembered: memory is bounded by the reads in flight, not by the deletes of the past.
 */
export class Generations {
  readonly #inFlight = new Map<SanitizedKey, GenerationState>();
  /** Reads are many and invalidations few, so a batch of reads is notified of them, and its keys are not remembered one by one. */
  readonly #reads = new Set<ReadsInFlight>();

  /** Notifies reads of every invalidation, until {@link unwatch}. */
  watch(reads: ReadsInFlight): void {
    this.#reads.add(reads);
  }

  unwatch(reads: ReadsInFlight): void {
    this.#reads.delete(reads);
  }

  /** Runs a write under a generation of its key. */
  async during<T>(key: SanitizedKey, run: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.begin(key);
    try {
      return await run(generation);
    } finally {
      this.end(key, generation);
    }
  }

  /** For a flight, which may be over before its work has ended; everything else uses {@link during}. */
  begin(key: SanitizedKey): Generation {
    let state = this.#inFlight.get(key);
    if (state === undefined) this.#inFlight.set(key, (state = { current: true, outdated: false, holders: 0 }));
    state.holders += 1;
    return state;
  }

  end(key: SanitizedKey, generation: Generation): void {
    const state = generation as GenerationState;
    state.holders -= 1;
    if (state.holders === 0 && this.#inFlight.get(key) === state) this.#inFlight.delete(key);
  }

  advance(key: SanitizedKey): void {
    for (const reads of this.#reads) reads.overtake(key);
    this.#overtake(key, this.#inFlight.get(key));
  }

  advanceAll(): void {
    for (const reads of this.#reads) reads.overtakeAll();
    for (const [key, state] of this.#inFlight) this.#overtake(key, state);
  }

  /** As {@link advance}, for a change of another process. */
  outdate(key: SanitizedKey): void {
    const state = this.#inFlight.get(key);
    if (state !== undefined) state.outdated = true;
    this.advance(key);
  }

  outdateAll(): void {
    for (const reads of this.#reads) reads.overtakeAll();
    for (const key of this.#inFlight.keys()) this.outdate(key);
  }

  #overtake(key: SanitizedKey, state: GenerationState | undefined): void {
    if (state === undefined) return;
    state.current = false;
    this.#inFlight.delete(key);
  }

  /** Keys and batches of reads in flight, for tests. */
  get size(): number {
    return this.#inFlight.size + this.#reads.size;
  }
}
