import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { PendingInvalidations, WriteInFlight } from '../consistency/pending-invalidations';
import { verdictOf } from '../consistency/tag-times';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry, LocalEntry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { TagNames } from '../entry/tag-names';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { Lease, Leases, StoreRight, WrittenPayload } from '../l2/leases';
import type { RemoteTier, WriteFate } from '../l2/remote-tier';
import type { ServerTags, ServerTimes } from '../l2/server-tags';
import type { CallTerms } from '../options/call-options';
import type { Invalidator, InvalidatorParts, TagSpace } from './invalidator';
import type { Background } from '../shared/background';

export interface WriterParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly generations: Generations;
  readonly tagNames: TagNames;
  readonly tagSpace: Pick<TagSpace, 'ownEpochs'>;
  readonly serverTags: ServerTags;
  readonly leases: Leases;
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
  store(key: SanitizedKey, entry: Entry, generation: Generation, right: StoreRight): 'stored' | 'fenced' {
    const { background, generations, hasL2 } = this.#parts;
    if (!generation.current) return 'fenced';
    const isLeased = hasL2 && right !== 'always';
    if (!hasL2 || isLeased) generations.advance(key);
    const ahead = this.#putAhead(key, entry);
    if (hasL2) {
      const write = isLeased
        ? this.#storeLeased(key, entry, ahead, right)
        : this.#writeThrough(key, entry, { whenNotApplied: 'ignore', ahead });
      background.track(write);
    }
    return 'stored';
  }

  /**
   * Without the lease there was a change that this process may not know yet, and neither tier keeps the value. Nor if its tags, or everything, were
   * invalidated during the load: L2 is asked after the write.
   */
  async #storeLeased(key: SanitizedKey, entry: Entry, ahead: LocalEntry | undefined, right: Lease | 'never'): Promise<void> {
    const { generations, memory, pending, reporter } = this.#parts;
    const write = pending.beginStore(key, ahead);
    try {
      await generations.during(key, async (generation) => {
        const { epoch } = memory;
        const sent = right === 'never' ? 'not-sent' : this.#storeInPlaceOf(right, key, entry, generation);
        const isValid = right === 'never' || this.#isValidInL2(entry);
        const outcome = await sent;
        const isKept = outcome !== 'lost' && (outcome !== 'applied' || (await isValid));
        if (!generation.current) return;
        if (isKept) {
          this.#putInL1(key, entry, { ahead, epoch, fate: outcome });
          return;
        }
        pending.hideInFlight([key]);
        memory.drop(key);
        reporter.report('fence', { key, by: 'lease' });
      });
    } finally {
      write.end();
    }
  }

  #storeInPlaceOf(lease: Lease, key: SanitizedKey, entry: Entry, generation: Generation): Promise<WriteFate | 'lost'> {
    const write = (): WrittenPayload => ({ payload: this.#encoded(key, entry), ttlMs: entry.staleUntil - entry.createdAt });
    return this.#parts.leases.replace(key, lease, generation, write);
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
    const isLoaded = whenNotApplied === 'ignore';
    const write = isLoaded ? pending.beginStore(key, ahead) : pending.beginWrite(key, ahead);
    try {
      return await generations.during(key, async (generation) => {
        const send = isLoaded || !hasL2 ? this.#sendAsItIs(key, given, generation) : this.#sendSet(key, given, write);
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
      write.end();
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
    const { hasL2, memory } = this.#parts;
    const { epoch } = memory;
    if (hasL2) this.#ensureTags(entry);
    return { entry, epoch, fate: await this.#send(key, entry, () => !generation.current) };
  }

  async #isValidInL2({ asOf, createdAt, staleUntil, tags }: Entry): Promise<boolean> {
    const { serverTags, tagNames } = this.#parts;
    const times = await serverTags.ensure(tagNames.of(tags).names, staleUntil - createdAt);
    return times === undefined || verdictOf(asOf, times, times.tags) === 'valid';
  }

  #ensureTags({ createdAt, staleUntil, tags }: Entry): void {
    const { background, serverTags, tagNames } = this.#parts;
    const { names } = tagNames.of(tags);
    if (names.length > 0) background.track(serverTags.ensure(names, staleUntil - createdAt));
  }

  /**
   * The value is newer than every invalidation that was answered before the call, also than those of which this process knows nothing: it is sent once
   * more with the present time if it was sent with an earlier one. A message of another process does not prevent that: it may be late. A later call of
   * this process does.
   */
  async #sendSet(key: SanitizedKey, given: Entry, write: WriteInFlight): Promise<Sent> {
    const { memory, serverTags, tagNames, tagSpace } = this.#parts;
    const { ownEpochs } = tagSpace;
    const tags = tagNames.of(given.tags);
    const { epoch } = memory;
    const ownEpoch = ownEpochs.epoch;
    const entry = { ...given, asOf: serverTags.now };
    const look = (): Promise<ServerTimes | undefined> => serverTags.ensure(tags.names, given.staleUntil - given.createdAt);
    let alongside: Promise<ServerTimes | undefined> | undefined;
    const isOvertaken = (): boolean => !write.isNewest;
    const fate = await this.#send(key, entry, isOvertaken, () => {
      alongside = look();
    });
    // At once: a recovery that is due may begin before the look has ended.
    if (fate !== 'applied') return { entry, epoch, fate };
    const times = await alongside;
    const isValid = times === undefined || verdictOf(entry.asOf, times, times.tags) === 'valid';
    if (isValid || isOvertaken() || ownEpochs.verdictOf(tags.names, ownEpoch) !== 'valid') return { entry, epoch, fate };
    const newer = { ...entry, asOf: times.clock };
    return { entry: newer, epoch, fate: await this.#send(key, newer, isOvertaken) };
  }

  #send(key: SanitizedKey, entry: Entry, isOvertaken: () => boolean, onSend?: () => void): Promise<WriteFate> {
    const { keys, remote } = this.#parts;
    const remoteKey = keys.remote(key);
    return remote.send('store', (store) => {
      // A later write overtook this one while it waited for the connection: sent now, it would undo that one. L2 may hold an older value than both.
      if (isOvertaken()) return store.delete([remoteKey]);
      onSend?.();
      const payload = this.#encoded(key, entry);
      // L2 cannot hold the value, and its own value is older.
      return payload === undefined ? store.delete([remoteKey]) : store.set(remoteKey, payload, entry.staleUntil - entry.createdAt);
    });
  }

  /** `undefined` for a value that L2 cannot hold. */
  #encoded(key: SanitizedKey, entry: Entry): string | undefined {
    const { codec, keys, reporter, tagNames } = this.#parts;
    const encoded = codec.encode({ ...entry, tags: tagNames.toStored(entry.tags) }, keys.remote(key));
    if ('payload' in encoded) {
      reporter.report('payload', { direction: 'written', length: encoded.payload.length });
      return encoded.payload;
    }
    reporter.report('reject', { key, when: 'write', reason: encoded.rejected, cause: encoded.cause });
    return undefined;
  }

  #putInL1(key: SanitizedKey, entry: Entry, { ahead, epoch, fate }: Omit<Sent, 'entry'> & Pick<WriteMode, 'ahead'>): void {
    const { degradedTtlMs, generations, memory, pending } = this.#parts;
    pending.hideInFlight([key]);
    generations.advance(key);
    if (fate === 'applied' && ahead !== undefined) return;
    memory.write(key, memory.localize(entry, fate === 'applied' ? { epoch } : { epoch, keepAtMostMs: degradedTtlMs }));
  }
}
