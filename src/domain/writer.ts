import type { CacheKey } from '../ports/cache-key';
import type { Store } from '../ports/store';
import type { WriteOutcome } from './cache-events';
import { place, type Entry } from './entry';
import { CacheError } from './errors/cache-error';
import type { Generation } from './generations';
import type { PendingBatch } from './pending-invalidations';
import type { ReaderParts } from './reader';
import type { Backlog } from './recovery';
import type { Taken } from './remote-tier';

export interface WriterParts extends ReaderParts {
  readonly nonBlocking: boolean;
  readonly degradedTtlMs: number;
  /** Tells the other processes what layer 2 has taken. */
  readonly announce: (keys: readonly CacheKey[] | 'everything') => void;
}

/**
 * Changes both tiers, layer 2 first: nobody else may read older than we do.
 *
 * The generation of a key steps forward before and after layer 2 has answered. Before, so that what was being fetched is not stored any more;
 * after, because a read that began in between may have overtaken the command.
 */
export class Writer {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  async set(key: CacheKey, entry: Entry, whenUnreachable: 'pending' | 'reject'): Promise<WriteOutcome> {
    const { generations, nonBlocking } = this.#parts;
    generations.advance(key);
    const through = this.#setThrough(key, entry, whenUnreachable);
    return nonBlocking && whenUnreachable === 'pending' ? this.#behind(key, entry, through) : through;
  }

  /**
   * Stores what was loaded under a generation, unless the key was invalidated since. A load is no invalidation: as long as nothing was sent,
   * what layer 2 holds is no worse than before, and the key is not remembered.
   */
  async store(key: CacheKey, entry: Entry, generation: Generation): Promise<'stored' | 'fenced'> {
    if (!generation.current) return 'fenced';
    const through = this.#through(key, entry, 'ignore');
    await (this.#parts.nonBlocking ? this.#behind(key, entry, through) : through);
    return 'stored';
  }

  async delete(key: CacheKey): Promise<WriteOutcome> {
    this.#forget(key);
    const through = this.#deleteThrough(key);
    return this.#parts.nonBlocking ? this.#later(through) : through;
  }

  async clear(): Promise<WriteOutcome> {
    this.#forgetAll();
    const through = this.#clearThrough();
    return this.#parts.nonBlocking ? this.#later(through) : through;
  }

  /** Drops from layer 1, and from what is being fetched for it, what is known to be old. */
  forget(keys: readonly CacheKey[] | 'everything'): void {
    if (keys === 'everything') this.#forgetAll();
    else for (const key of keys) this.#forget(key);
  }

  /** This namespace's part in recovery. */
  get backlog(): Backlog {
    return { pending: this.#parts.pending, delete: (batch, store) => this.#deletePending(batch, store) };
  }

  async #setThrough(key: CacheKey, entry: Entry, untaken: 'pending' | 'reject'): Promise<WriteOutcome> {
    const outcome = await this.#through(key, entry, untaken);
    if (outcome === 'done') this.#parts.announce([key]);
    this.#parts.reporter.set(key, outcome);
    return outcome;
  }

  /** Holds a generation of its own: whoever asked for it may be gone before layer 2 answers. */
  async #through(key: CacheKey, entry: Entry, untaken: 'pending' | 'reject' | 'ignore'): Promise<WriteOutcome> {
    const { generations, pending } = this.#parts;
    const generation = generations.begin(key);
    const reveal = pending.hide(key);
    try {
      const taken = await this.#send(key, entry, generation);
      if (taken === 'failed' || (taken === 'unsent' && untaken === 'pending')) this.#remember(key);
      if (taken !== 'taken' && untaken === 'reject') throw new CacheError('CACHE_TIER_UNAVAILABLE', 'set: layer 2 did not take the value');
      if (generation.current) this.#keep(key, entry, taken);
      return taken === 'taken' ? 'done' : 'pending';
    } finally {
      reveal();
      generations.end(key, generation);
    }
  }

  #behind(key: CacheKey, entry: Entry, through: Promise<WriteOutcome>): WriteOutcome {
    this.#place(key, entry, Infinity);
    return this.#later(through);
  }

  #later(through: Promise<WriteOutcome>): WriteOutcome {
    this.#parts.background.track(through);
    return 'pending';
  }

  #send(key: CacheKey, entry: Entry, generation: Generation): Promise<Taken> {
    const { codec, keys, remote, reporter } = this.#parts;
    const remoteKey = keys.remote(key);
    return remote.take('store', (store) => {
      // Overtaken while it waited for the connection: sent now, it would undo what came later. What layer 2 holds may be older than both.
      if (!generation.current) return store.delete([remoteKey]);
      const encoded = codec.encode(entry, remoteKey);
      if ('payload' in encoded) return store.set(remoteKey, encoded.payload, entry.staleUntil - entry.createdAt);
      reporter.rejected(key, encoded.rejected);
      // What layer 2 holds is older than what it cannot hold.
      return store.delete([remoteKey]);
    });
  }

  async #deleteThrough(key: CacheKey): Promise<WriteOutcome> {
    const { keys, pending, remote, reporter } = this.#parts;
    const reveal = pending.hide(key);
    const taken = await remote.take('delete', (store) => store.delete([keys.remote(key)]));
    if (taken !== 'taken') this.#remember(key);
    reveal();
    this.#forget(key);
    const outcome = taken === 'taken' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce([key]);
    reporter.deleted(key, outcome);
    return outcome;
  }

  async #clearThrough(): Promise<WriteOutcome> {
    const { keys, pending, remote, reporter } = this.#parts;
    const reveal = pending.hideEverything();
    const taken = await remote.take('clear', (store) => store.clear(keys.prefix));
    if (taken !== 'taken') {
      pending.addEverything();
      reporter.pending('everything');
    }
    reveal();
    this.#forgetAll();
    const outcome = taken === 'taken' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce('everything');
    reporter.cleared(outcome);
    return outcome;
  }

  async #deletePending({ keys }: PendingBatch, store: Store): Promise<void> {
    const names = this.#parts.keys;
    if (keys === 'everything') await store.clear(names.prefix);
    else await store.delete(keys.map((key) => names.remote(key)));
    this.forget(keys);
    this.#parts.announce(keys);
  }

  #keep(key: CacheKey, entry: Entry, taken: Taken): void {
    this.#parts.generations.advance(key);
    this.#place(key, entry, taken === 'taken' ? Infinity : this.#parts.degradedTtlMs);
  }

  #place(key: CacheKey, entry: Entry, atMostMs: number): void {
    const { clock, local, trust } = this.#parts;
    const placement = place(entry, { trustMs: Math.min(trust.forMs(entry), atMostMs), era: trust.era }, clock);
    local.set(key, placement.local, Math.min(placement.keepMs, atMostMs));
  }

  #forget(key: CacheKey): void {
    this.#parts.generations.advance(key);
    this.#parts.local.delete(key);
  }

  #forgetAll(): void {
    this.#parts.generations.advanceAll();
    this.#parts.local.clear();
  }

  #remember(key: CacheKey): void {
    this.#parts.pending.add(key);
    this.#parts.reporter.pending(key);
  }
}
