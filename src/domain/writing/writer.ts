import type { CacheKey } from '../../ports/cache-key';
import type { Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import type { Background } from '../background';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { Tidings } from '../consistency/invalidation';
import type { PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { LocalWriter } from '../l1/memory-tier';
import type { Backlog } from '../l2/recovery';
import type { RemoteTier, Taken } from '../l2/remote-tier';
import type { CallLife } from '../options/call-options';

export interface WriterParts {
  readonly keys: CacheKeys;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly generations: Generations;
  readonly codec: PayloadCodec;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
  readonly nonBlocking: boolean;
  /** Without a second tier there is nothing to wait for, and nothing pending. */
  readonly hasRemote: boolean;
  readonly degradedTtlMs: number;
  /** Tells the other processes what layer 2 has taken. */
  readonly announce: (keys: readonly CacheKey[] | 'everything', what: Tidings) => void;
}

/** How one value is to be written. */
type WriteTerms = Pick<CallLife, 'whenUnreachable' | 'nonBlocking'>;

/** What becomes of a value that layer 2 does not take, and whether layer 1 has it already. */
interface Passage {
  readonly untaken: 'pending' | 'reject' | 'ignore';
  readonly isBehind: boolean;
}

/**
 * Changes both tiers, layer 2 first: nobody else may read older than we do.
 *
 * The generation of a key steps forward before and after layer 2 has answered. Before, so that what was being fetched is not stored any more;
 * after, because a read that began in between may have overtaken the command.
 */
export class Writer {
  readonly #parts: WriterParts;
  readonly #local: LocalWriter;

  constructor(parts: WriterParts, local: LocalWriter) {
    this.#parts = parts;
    this.#local = local;
  }

  async set(key: CacheKey, entry: Entry, { whenUnreachable, nonBlocking }: WriteTerms): Promise<WriteOutcome> {
    this.#parts.generations.advance(key);
    const isBehind = whenUnreachable === 'pending' && this.#isBehind(nonBlocking);
    const through = this.#setThrough(key, entry, { untaken: whenUnreachable, isBehind });
    return isBehind ? this.#behind(key, entry, through) : through;
  }

  /**
   * Stores what was loaded under a generation, unless the key was invalidated since. A load is no invalidation: as long as nothing was sent,
   * what layer 2 holds is no worse than before, and the key is not remembered.
   */
  async store(key: CacheKey, entry: Entry, generation: Generation, { nonBlocking }: WriteTerms): Promise<'stored' | 'fenced'> {
    if (!generation.current) return 'fenced';
    const isBehind = this.#isBehind(nonBlocking);
    const through = this.#through(key, entry, { untaken: 'ignore', isBehind });
    await (isBehind ? this.#behind(key, entry, through) : through);
    return 'stored';
  }

  /**
   * Writes back what was read, sealed as it would be now. It is no newer than it was: it lives no longer for it, and where the key was
   * invalidated meanwhile, nothing is left of it.
   */
  async reseal(key: CacheKey, payload: string, entry: Entry): Promise<void> {
    const { clock, codec, generations, keys, remote } = this.#parts;
    const remoteKey = keys.remote(key);
    const leftMs = Math.ceil(Math.min(entry.staleUntil - clock.now(), entry.staleUntil - entry.createdAt));
    const generation = generations.begin(key);
    try {
      const taken = await remote.take('store', async (store) => {
        const resealed = generation.current && leftMs > 0 ? codec.reseal(payload, remoteKey) : undefined;
        if (resealed === undefined) return;
        await store.set(remoteKey, resealed, leftMs);
        if (!generation.current) await store.delete([remoteKey]);
      });
      if (taken === 'failed') this.#remember(key);
    } finally {
      generations.end(key, generation);
    }
  }

  async delete(key: CacheKey): Promise<WriteOutcome> {
    this.#local.forget([key]);
    const through = this.#deleteThrough(key);
    return this.#isBehind() ? this.#later(through) : through;
  }

  async clear(): Promise<WriteOutcome> {
    this.#local.forget('everything');
    const through = this.#clearThrough();
    return this.#isBehind() ? this.#later(through) : through;
  }

  /** This namespace's part in recovery. */
  get backlog(): Backlog {
    return { pending: this.#parts.pending, delete: (batch, store) => this.#deletePending(batch, store) };
  }

  async #setThrough(key: CacheKey, entry: Entry, passage: Passage): Promise<WriteOutcome> {
    const outcome = await this.#through(key, entry, passage);
    if (outcome === 'done') this.#parts.announce([key], 'changed');
    this.#parts.reporter.set(key, outcome);
    return outcome;
  }

  /** Holds a generation of its own: whoever asked for it may be gone before layer 2 answers. */
  async #through(key: CacheKey, entry: Entry, { untaken, isBehind }: Passage): Promise<WriteOutcome> {
    const { generations, pending } = this.#parts;
    const generation = generations.begin(key);
    const reveal = pending.hide(key);
    try {
      const taken = await this.#send(key, entry, generation);
      if (taken === 'failed' || (taken === 'unsent' && untaken === 'pending')) this.#remember(key);
      if (taken !== 'taken' && untaken === 'reject') throw new CacheError('CACHE_TIER_UNAVAILABLE', 'set: layer 2 did not take the value');
      if (generation.current) this.#keep(key, entry, taken);
      // Overtaken by what has not been answered yet: until then layer 1 would go on with what was there before both.
      else if (untaken !== 'ignore' && !isBehind) this.#local.drop(key);
      else if (untaken === 'ignore' && generation.outdated && taken === 'taken') await this.#takeBack(key);
      return taken === 'taken' ? 'done' : 'pending';
    } finally {
      reveal();
      generations.end(key, generation);
    }
  }

  /**
   * Deletes a load that reached layer 2 while others changed its key, for nobody knows in which order the two arrived there. Who hears of it drops
   * what it has, and does not do the same: one message would bring forth another without end.
   */
  async #takeBack(key: CacheKey): Promise<void> {
    const { announce, keys, remote } = this.#parts;
    const taken = await remote.take('delete', (store) => store.delete([keys.remote(key)]));
    if (taken === 'taken') announce([key], 'repaired');
    else this.#remember(key);
  }

  #isBehind(nonBlocking: boolean | undefined = this.#parts.nonBlocking): boolean {
    return nonBlocking && this.#parts.hasRemote;
  }

  #behind(key: CacheKey, entry: Entry, through: Promise<WriteOutcome>): WriteOutcome {
    this.#local.place(key, entry, Infinity);
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
      if ('payload' in encoded) {
        reporter.payload('written', encoded.payload.length);
        return store.set(remoteKey, encoded.payload, entry.staleUntil - entry.createdAt);
      }
      reporter.unsent(key, encoded);
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
    this.#local.forget([key]);
    const outcome = taken === 'taken' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce([key], 'changed');
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
    this.#local.forget('everything');
    const outcome = taken === 'taken' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce('everything', 'changed');
    reporter.cleared(outcome);
    return outcome;
  }

  async #deletePending({ keys }: PendingBatch, store: Store): Promise<void> {
    const names = this.#parts.keys;
    if (keys === 'everything') await store.clear(names.prefix);
    else await store.delete(keys.map((key) => names.remote(key)));
    this.#local.forget(keys);
    this.#parts.announce(keys, 'changed');
  }

  #keep(key: CacheKey, entry: Entry, taken: Taken): void {
    this.#parts.generations.advance(key);
    this.#local.place(key, entry, taken === 'taken' ? Infinity : this.#parts.degradedTtlMs);
  }

  #remember(key: CacheKey): void {
    this.#parts.pending.add(key);
    this.#parts.reporter.pending(key);
  }
}
