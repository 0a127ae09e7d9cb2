import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import { verdictOf } from '../consistency/tag-times';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry, LocalEntry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { TagNames } from '../entry/tag-names';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { RemoteTier, WriteFate } from '../l2/remote-tier';
import type { ServerTags, ServerTimes } from '../l2/server-tags';
import type { CallTerms } from '../options/call-options';
import type { Invalidator, InvalidatorParts } from './invalidator';
import type { Background } from '../shared/background';

export interface WriterParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly generations: Generations;
  readonly tagNames: TagNames;
  readonly serverTags: ServerTags;
  readonly codec: PayloadCodec;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
  readonly nonBlocking: boolean;
  /** Without L2 no write waits, and none is pending. */
  readonly hasL2: boolean;
  readonly degradedTtlMs: number;
  readonly invalidator: Invalidator;
  /** Sends a change that L2 has applied to the other processes. */
  readonly announce: InvalidatorParts['announce'];
}

type WriteTerms = Pick<CallTerms, 'whenUnreachable' | 'nonBlocking'>;

interface WriteMode {
  /** The fate of a value that L2 does not apply. */
  readonly whenNotApplied: 'pending' | 'reject' | 'ignore';
  /** The entry that L1 has already, of a write that was answered before L2 has it; `undefined` for a write-through. */
  readonly ahead: LocalEntry | undefined;
}

/** A value that was sent to L2. */
interface Sent {
  readonly entry: Entry;
  /** In which the value was valid. */
  readonly epoch: number;
  readonly fate: WriteFate;
}

/**
 * Writes to both tiers. A `set` changes L2 first: no other process may read an older value than this one. Loaded values and `nonBlocking` writes are put in
 * L1 first.
 *
 * The generation of a key steps forward before and after L2 has answered. Before, so that a value which is being read or loaded is not stored any more;
 * after, because a read that began in between may have overtaken the command.
 */
export class Writer {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  async set(key: SanitizedKey, entry: Entry, { whenUnreachable, nonBlocking }: WriteTerms): Promise<WriteOutcome> {
    this.#parts.generations.advance(key);
    if (whenUnreachable === 'reject' || !this.#isWriteBehind(nonBlocking)) {
      return this.#setThrough(key, entry, { whenNotApplied: whenUnreachable, ahead: undefined });
    }
    const ahead = this.#putAhead(key, entry);
    return this.#inBackground(this.#setThrough(key, entry, { whenNotApplied: 'pending', ahead }));
  }

  /**
   * Stores a loaded value, unless its key was invalidated since the load began. The caller of the load does not wait for L2. A load is not an
   * invalidation: as long as nothing was sent, the value in L2 is no worse than before, and the key is not remembered as pending.
   */
  store(key: SanitizedKey, entry: Entry, generation: Generation): 'stored' | 'fenced' {
    if (!generation.current) return 'fenced';
    if (!this.#parts.hasL2) this.#parts.generations.advance(key);
    const ahead = this.#putAhead(key, entry);
    if (this.#parts.hasL2) this.#inBackground(this.#writeThrough(key, entry, { whenNotApplied: 'ignore', ahead }));
    return 'stored';
  }

  /**
   * Writes a payload back, sealed under the present key. It keeps the life that it had. Nothing is left of it if the key is invalidated meanwhile.
   */
  async reseal(key: SanitizedKey, payload: string, entry: Entry): Promise<void> {
    const { clock, codec, generations, keys, remote } = this.#parts;
    const remoteKey = keys.remote(key);
    const leftMs = Math.ceil(Math.min(entry.staleUntil - clock.now(), entry.staleUntil - entry.createdAt));
    await generations.during(key, async (generation) => {
      const fate = await remote.send('store', async (store) => {
        const resealed = generation.current && leftMs > 0 ? codec.reseal(payload, remoteKey) : undefined;
        if (resealed === undefined) return;
        await store.set(remoteKey, resealed, leftMs);
        if (!generation.current) await store.delete([remoteKey]);
      });
      if (fate === 'unknown') this.#parts.invalidator.remember(key);
    });
  }

  async #setThrough(key: SanitizedKey, entry: Entry, mode: WriteMode): Promise<WriteOutcome> {
    const began = this.#parts.clock.elapsed();
    const applied = await this.#writeThrough(key, entry, mode);
    const outcome = applied === 'done' ? await this.#parts.invalidator.notifyOthers([key], 'changed', began) : applied;
    this.#parts.reporter.report('set', { key, outcome });
    return outcome;
  }

  /** Under a new generation: that of the caller may have ended before L2 answers. */
  async #writeThrough(key: SanitizedKey, given: Entry, { whenNotApplied, ahead }: WriteMode): Promise<WriteOutcome> {
    const { generations, hasL2, pending } = this.#parts;
    const endWrite = pending.beginWrite(key, ahead);
    try {
      return await generations.during(key, async (generation) => {
        const isLoaded = whenNotApplied === 'ignore';
        const send = isLoaded || !hasL2 ? this.#sendAsItIs(key, given, generation) : this.#sendSet(key, given, generation);
        const { entry, epoch, fate } = await send;
        if (fate === 'unknown' || (fate === 'not-sent' && whenNotApplied === 'pending')) this.#parts.invalidator.remember(key);
        if (fate !== 'applied' && whenNotApplied === 'reject') {
          throw new CacheError('CACHE_TIER_UNAVAILABLE', 'set: L2 did not store the value');
        }
        if (generation.current) this.#putInL1(key, entry, { ahead, epoch, fate });
        else if (isLoaded) await this.#repair(key, generation, fate);
        // A later write is in flight. Drop L1, or it would serve the value from before both writes.
        else if (ahead === undefined) this.#parts.memory.drop(key);
        return fate === 'applied' ? 'done' : 'pending';
      });
    } finally {
      endWrite();
    }
  }

  /**
   * Our load and a change of another process raced to L2 in unknown order: delete the key. Announced as a repair, which receivers do not repair again, or
   * messages would go back and forth.
   */
  async #repair(key: SanitizedKey, { outdated }: Generation, fate: WriteFate): Promise<void> {
    if (!outdated || fate !== 'applied') return;
    const { announce, keys, remote } = this.#parts;
    const deleted = await remote.send('delete', (store) => store.delete([keys.remote(key)]));
    if (deleted === 'applied') void announce([key], 'repaired');
    else this.#parts.invalidator.remember(key);
  }

  #isWriteBehind(nonBlocking: boolean | undefined = this.#parts.nonBlocking): boolean {
    return nonBlocking && this.#parts.hasL2;
  }

  /** Write-behind: L1 has the value before L2. */
  #putAhead(key: SanitizedKey, entry: Entry): LocalEntry | undefined {
    const { memory } = this.#parts;
    const local = memory.localize(entry);
    memory.write(key, local);
    return local;
  }

  #inBackground(through: Promise<WriteOutcome>): WriteOutcome {
    this.#parts.background.track(through);
    return 'pending';
  }

  /** A loaded value is as old as its load, so an invalidation since then holds for it. */
  async #sendAsItIs(key: SanitizedKey, entry: Entry, generation: Generation): Promise<Sent> {
    const { background, hasL2, memory, serverTags, tagNames } = this.#parts;
    const { epoch } = memory;
    const { names } = tagNames.of(entry.tags);
    if (hasL2 && names.length > 0) background.track(serverTags.ensure(names, entry.staleUntil - entry.createdAt));
    return { entry, epoch, fate: await this.#send(key, entry, generation) };
  }

  /**
   * The value is newer than every invalidation that was answered before the call, also than those of which this process knows nothing: it is sent once
   * more with the present time if it was sent with an earlier one.
   */
  async #sendSet(key: SanitizedKey, given: Entry, generation: Generation): Promise<Sent> {
    const { memory, remote, serverTags, tagNames } = this.#parts;
    const tags = tagNames.of(given.tags);
    const look = (): Promise<ServerTimes | undefined> => serverTags.ensure(tags.names, given.staleUntil - given.createdAt);
    const { epoch } = memory;
    const entry = { ...given, asOf: serverTags.now };
    const alongside = remote.isOpen ? look() : undefined;
    const fate = await this.#send(key, entry, generation);
    // At once: a recovery that is due may begin before the look has ended.
    if (fate !== 'applied') return { entry, epoch, fate };
    const times = await (alongside ?? look());
    const isValid = times === undefined || verdictOf(entry.asOf, times, times.tags) === 'valid';
    // What this process has invalidated since the call is newer than the value.
    if (isValid || memory.wasInvalidated(tags, epoch)) return { entry, epoch, fate };
    const newer = { ...entry, asOf: times.clock };
    return { entry: newer, epoch, fate: await this.#send(key, newer, generation) };
  }

  #send(key: SanitizedKey, entry: Entry, generation: Generation): Promise<WriteFate> {
    const { codec, keys, remote, reporter } = this.#parts;
    const remoteKey = keys.remote(key);
    return remote.send('store', (store) => {
      // A later write overtook this one while it waited for the connection: sent now, it would undo that one. L2 may hold an older value than both.
      if (!generation.current) return store.delete([remoteKey]);
      const encoded = codec.encode(entry, remoteKey);
      if ('payload' in encoded) {
        reporter.report('payload', { direction: 'written', length: encoded.payload.length });
        return store.set(remoteKey, encoded.payload, entry.staleUntil - entry.createdAt);
      }
      reporter.report('reject', { key, when: 'write', reason: encoded.rejected, cause: encoded.cause });
      // L2 cannot hold the value, and its own value is older.
      return store.delete([remoteKey]);
    });
  }

  #putInL1(key: SanitizedKey, entry: Entry, { ahead, epoch, fate }: Omit<Sent, 'entry'> & Pick<WriteMode, 'ahead'>): void {
    const { degradedTtlMs, generations, memory, pending } = this.#parts;
    pending.hideInFlight([key]);
    generations.advance(key);
    if (fate === 'applied' && ahead !== undefined) return;
    memory.write(key, memory.localize(entry, fate === 'applied' ? { epoch } : { epoch, keepAtMostMs: degradedTtlMs }));
  }
}
