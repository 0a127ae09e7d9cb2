import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { InvalidationKind, InvalidKeys, PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import type { InvalidationMode } from '../consistency/tag-epochs';
import { verdictOf } from '../consistency/tag-times';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry, LocalEntry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { TagNames } from '../entry/tag-names';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { Backlog } from '../l2/recovery';
import type { RemoteTier, WriteFate } from '../l2/remote-tier';
import type { ServerTags, ServerTimes } from '../l2/server-tags';
import type { CallTerms } from '../options/call-options';
import { withDeadline } from '../shared/deadline';
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
  /** Sends a change that L2 has applied to the other processes. */
  readonly announce: (keys: InvalidKeys, kind: InvalidationKind) => Promise<boolean> | true;
  /** The longest wait of a write. Milliseconds. */
  readonly writeMs: number;
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

const removal = { remove: 'removed', expire: 'expired' } as const;

/**
 * Changes both tiers. A `set` changes L2 first: no other process may read an older value than this one. Loaded values and `nonBlocking` writes are put in
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
      if (fate === 'unknown') this.#remember(key);
    });
  }

  /** @param more - other names of the key, deleted by the same command */
  async delete(key: SanitizedKey, ...more: readonly SanitizedKey[]): Promise<WriteOutcome> {
    this.#invalidate([key, ...more]);
    const through = this.#deleteThrough([key, ...more]).then((outcome) => {
      this.#parts.reporter.report('delete', { key, outcome });
      return outcome;
    });
    return this.#isWriteBehind() ? this.#inBackground(through) : through;
  }

  /** Deletes an older value in the background, because its source says that it is gone. */
  discard(key: SanitizedKey): void {
    this.#invalidate([key]);
    this.#inBackground(this.#deleteThrough([key]));
  }

  /** @param erases - whether the keys are also deleted in L2, which takes as long as it has keys */
  async clear(erases: boolean): Promise<WriteOutcome> {
    this.#invalidate('everything');
    const through = this.#clearThrough();
    const outcome = this.#isWriteBehind() ? this.#inBackground(through) : await through;
    return erases ? this.#erase() : outcome;
  }

  /** Invalidates all entries with one of the tags. The time does not depend on their number. */
  async deleteTags(given: readonly string[], mode: InvalidationMode): Promise<WriteOutcome> {
    const { hasL2, memory, tagNames } = this.#parts;
    const { names } = tagNames.of(given);
    memory.invalidateTags(names, mode);
    if (!hasL2) return this.#reportTags(mode, 'done');
    const through = this.#deleteTagsThrough(names, mode);
    return this.#isWriteBehind() ? this.#inBackground(through) : through;
  }

  /** This namespace's part in recovery. */
  get backlog(): Backlog {
    return { pending: this.#parts.pending, invalidate: (batch, store) => this.#invalidatePending(batch, store) };
  }

  async #setThrough(key: SanitizedKey, entry: Entry, mode: WriteMode): Promise<WriteOutcome> {
    const began = this.#parts.clock.elapsed();
    const applied = await this.#writeThrough(key, entry, mode);
    const outcome = applied === 'done' ? await this.#tell([key], 'changed', began) : applied;
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
        if (fate === 'unknown' || (fate === 'not-sent' && whenNotApplied === 'pending')) this.#remember(key);
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
    else this.#remember(key);
  }

  /**
   * A change is done when the other processes are notified: this one may end right after it.
   * @param began - when the call began: its deadline holds for both
   */
  async #tell(keys: InvalidKeys, kind: InvalidationKind, began: number): Promise<WriteOutcome> {
    const { announce, clock, writeMs } = this.#parts;
    const told = announce(keys, kind);
    if (told === true) return 'done';
    const leftMs = Math.max(0, writeMs - (clock.elapsed() - began));
    return (await withDeadline(told, leftMs, clock, () => new Error('not told in time')).catch(() => false)) ? 'done' : 'pending';
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

  async #deleteThrough(names: readonly SanitizedKey[]): Promise<WriteOutcome> {
    const began = this.#parts.clock.elapsed();
    const fate = await this.#deleteInL2(names);
    return fate === 'applied' ? this.#tell(names, 'changed', began) : 'pending';
  }

  async #deleteInL2(names: readonly SanitizedKey[]): Promise<WriteFate> {
    const { keys, pending, remote } = this.#parts;
    const endWrites = names.map((name) => pending.beginWrite(name));
    try {
      const fate = await remote.send('delete', (store) => store.delete(names.map((name) => keys.remote(name))));
      if (fate !== 'applied') for (const name of names) this.#remember(name);
      this.#invalidate(names);
      return fate;
    } finally {
      for (const endWrite of endWrites) endWrite();
    }
  }

  async #clearThrough(): Promise<WriteOutcome> {
    const { clock, reporter } = this.#parts;
    const began = clock.elapsed();
    const fate = await this.#clearInL2();
    const outcome = fate === 'applied' ? await this.#tell('everything', 'changed', began) : 'pending';
    reporter.report('clear', { outcome });
    return outcome;
  }

  async #clearInL2(): Promise<WriteFate> {
    const { pending, remote, reporter, serverTags } = this.#parts;
    const endClear = pending.beginClear();
    try {
      const fate = await remote.send('clear', (store) => serverTags.invalidate([], 'remove', store));
      if (fate !== 'applied') {
        pending.addEverything();
        reporter.report('pending', { key: 'everything' });
      }
      this.#invalidate('everything');
      return fate;
    } finally {
      endClear();
    }
  }

  /** Nothing is remembered: the entries are misses already, and end with their ttl. */
  async #erase(): Promise<WriteOutcome> {
    const { keys, remote } = this.#parts;
    const fate = await remote.send('erase', (store) => store.clear(keys.prefix));
    if (fate === 'unsupported') throw eraseUnsupported();
    return fate === 'applied' ? 'done' : 'pending';
  }

  async #deleteTagsThrough(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteOutcome> {
    const began = this.#parts.clock.elapsed();
    const fate = await this.#deleteTagsInL2(names, mode);
    const outcome = fate === 'applied' ? await this.#tell(names, removal[mode], began) : 'pending';
    return this.#reportTags(mode, outcome);
  }

  async #deleteTagsInL2(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteFate> {
    const { memory, pending, remote, serverTags } = this.#parts;
    const end = pending.beginTags(names);
    try {
      const fate = await remote.send('delete', (store) => serverTags.invalidate(names, mode, store));
      if (fate !== 'applied') pending.addTags(names, mode);
      // Once more: an entry that was read or loaded meanwhile may be from before the invalidation.
      memory.invalidateTags(names, mode);
      return fate;
    } finally {
      end();
    }
  }

  #reportTags(mode: InvalidationMode, outcome: WriteOutcome): WriteOutcome {
    this.#parts.reporter.report('tags', { mode, outcome });
    return outcome;
  }

  async #invalidatePending({ keys, tags }: PendingBatch, store: Store): Promise<void> {
    const { announce, keys: names, serverTags } = this.#parts;
    for (const mode of ['remove', 'expire'] as const) {
      const due = tags.filter((tag) => tag.mode === mode).map(({ name }) => name);
      if (due.length > 0) await this.#invalidatePendingTags(due, mode, store);
    }
    if (keys === 'everything') await serverTags.invalidate([], 'remove', store);
    else await store.delete(keys.map((key) => names.remote(key)));
    this.#invalidate(keys);
    await announce(keys, 'changed');
  }

  async #invalidatePendingTags(names: readonly SanitizedKey[], mode: InvalidationMode, store: Store): Promise<void> {
    await this.#parts.serverTags.invalidate(names, mode, store);
    this.#parts.memory.invalidateTags(names, mode);
    await this.#parts.announce(names, removal[mode]);
  }

  /** Drops what this process knows of the keys, values included that were stored by loads and are still on their way to L2. */
  #invalidate(keys: InvalidKeys): void {
    this.#parts.pending.hideInFlight(keys);
    this.#parts.memory.invalidate(keys);
  }

  #putInL1(key: SanitizedKey, entry: Entry, { ahead, epoch, fate }: Omit<Sent, 'entry'> & Pick<WriteMode, 'ahead'>): void {
    const { degradedTtlMs, generations, memory, pending } = this.#parts;
    pending.hideInFlight([key]);
    generations.advance(key);
    if (fate === 'applied' && ahead !== undefined) return;
    memory.write(key, memory.localize(entry, fate === 'applied' ? { epoch } : { epoch, keepAtMostMs: degradedTtlMs }));
  }

  #remember(key: SanitizedKey): void {
    this.#parts.pending.add(key);
    this.#parts.reporter.report('pending', { key });
  }
}

function eraseUnsupported(): CacheError {
  const advice = 'the entries are misses already, and L2 drops them at the end of their ttl';
  return new CacheError('CACHE_CLEAR_UNSUPPORTED', `clear: L2 cannot list the keys of a namespace, so it cannot erase them: ${advice}`);
}
