import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import type { Background } from '../background';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { InvalidationKind } from '../consistency/invalidation';
import type { PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { LocalWriter } from '../l1/memory-tier';
import type { Backlog } from '../l2/recovery';
import type { RemoteTier, WriteFate } from '../l2/remote-tier';
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
  readonly announce: (keys: readonly SanitizedKey[] | 'everything', what: InvalidationKind) => void;
}

/** How one value is to be written. */
type WriteTerms = Pick<CallLife, 'whenUnreachable' | 'nonBlocking'>;

/** What becomes of a value that layer 2 does not take, and whether layer 1 has it already. */
interface WriteMode {
  readonly whenNotApplied: 'pending' | 'reject' | 'ignore';
  readonly isWriteBehind: boolean;
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

  async set(key: SanitizedKey, entry: Entry, { whenUnreachable, nonBlocking }: WriteTerms): Promise<WriteOutcome> {
    this.#parts.generations.advance(key);
    const isWriteBehind = whenUnreachable === 'pending' && this.#isWriteBehind(nonBlocking);
    const through = this.#setThrough(key, entry, { whenNotApplied: whenUnreachable, isWriteBehind });
    return isWriteBehind ? this.#writeBehind(key, entry, through) : through;
  }

  /**
   * Stores what was loaded under a generation, unless the key was invalidated since. A load is no invalidation: as long as nothing was sent,
   * what layer 2 holds is no worse than before, and the key is not remembered.
   */
  async store(key: SanitizedKey, entry: Entry, generation: Generation, { nonBlocking }: WriteTerms): Promise<'stored' | 'fenced'> {
    if (!generation.current) return 'fenced';
    const isWriteBehind = this.#isWriteBehind(nonBlocking);
    const through = this.#writeThrough(key, entry, { whenNotApplied: 'ignore', isWriteBehind });
    await (isWriteBehind ? this.#writeBehind(key, entry, through) : through);
    return 'stored';
  }

  /**
   * Writes back what was read, sealed as it would be now. It is no newer than it was: it lives no longer for it, and where the key was
   * invalidated meanwhile, nothing is left of it.
   */
  async reseal(key: SanitizedKey, payload: string, entry: Entry): Promise<void> {
    const { clock, codec, generations, keys, remote } = this.#parts;
    const remoteKey = keys.remote(key);
    const leftMs = Math.ceil(Math.min(entry.staleUntil - clock.now(), entry.staleUntil - entry.createdAt));
    const generation = generations.begin(key);
    try {
      const fate = await remote.send('store', async (store) => {
        const resealed = generation.current && leftMs > 0 ? codec.reseal(payload, remoteKey) : undefined;
        if (resealed === undefined) return;
        await store.set(remoteKey, resealed, leftMs);
        if (!generation.current) await store.delete([remoteKey]);
      });
      if (fate === 'unknown') this.#remember(key);
    } finally {
      generations.end(key, generation);
    }
  }

  /** @param more - names that the key has besides, deleted by the same command */
  async delete(key: SanitizedKey, ...more: readonly SanitizedKey[]): Promise<WriteOutcome> {
    this.#local.forget([key, ...more]);
    const through = this.#deleteThrough(key, more);
    return this.#isWriteBehind() ? this.#inBackground(through) : through;
  }

  async clear(): Promise<WriteOutcome> {
    this.#local.forget('everything');
    const through = this.#clearThrough();
    return this.#isWriteBehind() && this.#parts.remote.canClear ? this.#inBackground(through) : through;
  }

  /** This namespace's part in recovery. */
  get backlog(): Backlog {
    return { pending: this.#parts.pending, delete: (batch, store) => this.#deletePending(batch, store) };
  }

  async #setThrough(key: SanitizedKey, entry: Entry, mode: WriteMode): Promise<WriteOutcome> {
    const outcome = await this.#writeThrough(key, entry, mode);
    if (outcome === 'done') this.#parts.announce([key], 'changed');
    this.#parts.reporter.report('set', { key, outcome });
    return outcome;
  }

  /** Holds a generation of its own: whoever asked for it may be gone before layer 2 answers. */
  async #writeThrough(key: SanitizedKey, entry: Entry, { whenNotApplied, isWriteBehind }: WriteMode): Promise<WriteOutcome> {
    const { generations, pending } = this.#parts;
    const generation = generations.begin(key);
    const endWrite = pending.beginWrite(key);
    try {
      const fate = await this.#send(key, entry, generation);
      if (fate === 'unknown' || (fate === 'not-sent' && whenNotApplied === 'pending')) this.#remember(key);
      if (fate !== 'applied' && whenNotApplied === 'reject')
        throw new CacheError('CACHE_TIER_UNAVAILABLE', 'set: layer 2 did not take the value');
      if (generation.current) this.#keep(key, entry, fate);
      // Overtaken by what has not been answered yet: until then layer 1 would go on with what was there before both.
      else if (whenNotApplied !== 'ignore' && !isWriteBehind) this.#local.drop(key);
      else if (whenNotApplied === 'ignore' && generation.outdated && fate === 'applied') await this.#takeBack(key);
      return fate === 'applied' ? 'done' : 'pending';
    } finally {
      endWrite();
      generations.end(key, generation);
    }
  }

  /**
   * Deletes a load that reached layer 2 while others changed its key, for nobody knows in which order the two arrived there. Who hears of it drops
   * what it has, and does not do the same: one message would bring forth another without end.
   */
  async #takeBack(key: SanitizedKey): Promise<void> {
    const { announce, keys, remote } = this.#parts;
    const fate = await remote.send('delete', (store) => store.delete([keys.remote(key)]));
    if (fate === 'applied') announce([key], 'repaired');
    else this.#remember(key);
  }

  #isWriteBehind(nonBlocking: boolean | undefined = this.#parts.nonBlocking): boolean {
    return nonBlocking && this.#parts.hasRemote;
  }

  #writeBehind(key: SanitizedKey, entry: Entry, through: Promise<WriteOutcome>): WriteOutcome {
    this.#local.place(key, entry, Infinity);
    return this.#inBackground(through);
  }

  #inBackground(through: Promise<WriteOutcome>): WriteOutcome {
    this.#parts.background.track(through);
    return 'pending';
  }

  #send(key: SanitizedKey, entry: Entry, generation: Generation): Promise<WriteFate> {
    const { codec, keys, remote, reporter } = this.#parts;
    const remoteKey = keys.remote(key);
    return remote.send('store', (store) => {
      // Overtaken while it waited for the connection: sent now, it would undo what came later. What layer 2 holds may be older than both.
      if (!generation.current) return store.delete([remoteKey]);
      const encoded = codec.encode(entry, remoteKey);
      if ('payload' in encoded) {
        reporter.report('payload', { direction: 'written', length: encoded.payload.length });
        return store.set(remoteKey, encoded.payload, entry.staleUntil - entry.createdAt);
      }
      reporter.report('reject', { key, when: 'write', reason: encoded.rejected, cause: encoded.cause });
      // What layer 2 holds is older than what it cannot hold.
      return store.delete([remoteKey]);
    });
  }

  async #deleteThrough(key: SanitizedKey, more: readonly SanitizedKey[]): Promise<WriteOutcome> {
    const { keys, pending, remote, reporter } = this.#parts;
    const names = [key, ...more];
    const endWrites = names.map((name) => pending.beginWrite(name));
    const fate = await remote.send('delete', (store) => store.delete(names.map((name) => keys.remote(name))));
    if (fate !== 'applied') for (const name of names) this.#remember(name);
    for (const endWrite of endWrites) endWrite();
    this.#local.forget(names);
    const outcome = fate === 'applied' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce(names, 'changed');
    reporter.report('delete', { key, outcome });
    return outcome;
  }

  async #clearThrough(): Promise<WriteOutcome> {
    const { keys, pending, remote, reporter } = this.#parts;
    const endWrite = pending.beginClear();
    const fate = await remote.send('clear', (store) => store.clear(keys.prefix));
    if (fate === 'unknown' || fate === 'not-sent') {
      pending.addEverything();
      reporter.report('pending', { key: 'everything' });
    }
    endWrite();
    this.#local.forget('everything');
    if (fate === 'unsupported') throw clearUnsupported();
    const outcome = fate === 'applied' ? 'done' : 'pending';
    if (outcome === 'done') this.#parts.announce('everything', 'changed');
    reporter.report('clear', { outcome });
    return outcome;
  }

  async #deletePending({ keys }: PendingBatch, store: Store): Promise<void> {
    const names = this.#parts.keys;
    if (keys === 'everything') await store.clear(names.prefix);
    else await store.delete(keys.map((key) => names.remote(key)));
    this.#local.forget(keys);
    this.#parts.announce(keys, 'changed');
  }

  #keep(key: SanitizedKey, entry: Entry, fate: WriteFate): void {
    this.#parts.generations.advance(key);
    this.#local.place(key, entry, fate === 'applied' ? Infinity : this.#parts.degradedTtlMs);
  }

  #remember(key: SanitizedKey): void {
    this.#parts.pending.add(key);
    this.#parts.reporter.report('pending', { key });
  }
}

function clearUnsupported(): CacheError {
  const advice = 'L1 is cleared; delete keys with del(), or let the entries of L2 expire';
  return new CacheError('CACHE_CLEAR_UNSUPPORTED', `clear: L2 cannot list the keys of a namespace, so it cannot clear it. ${advice}`);
}
