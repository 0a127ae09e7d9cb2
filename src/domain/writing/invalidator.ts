import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { CacheError } from '../cache-error';
import type { InvalidationKind, InvalidKeys, PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import type { RecentInvalidations } from '../consistency/recent-invalidations';
import type { InvalidationMode, TagEpochs } from '../consistency/tag-epochs';
import type { CacheKeys } from '../entry/cache-keys';
import { givenNames, type TagNames } from '../entry/tag-names';
import type { WriteOutcome } from '../events/cache-events';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { Backlog } from '../l2/recovery';
import type { RemoteTier, WriteFate } from '../l2/remote-tier';
import type { ServerTags } from '../l2/server-tags';
import { expireRows } from '../l2/store-updates';
import type { Background } from '../shared/background';
import { withDeadline } from '../shared/deadline';

export interface InvalidatorParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  /** What was announced last. */
  readonly recent: RecentInvalidations;
  readonly tagNames: TagNames;
  readonly tagSpace: TagSpace;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
  readonly nonBlocking: boolean;
  /** Without L2 no invalidation waits, and none is pending. */
  readonly hasL2: boolean;
  /** The longest wait of a write. Milliseconds. */
  readonly writeMs: number;
  /** Sends a change that L2 has applied to the other processes; resolves with whether it was sent. */
  readonly announce: (keys: InvalidKeys, kind: InvalidationKind) => Promise<boolean> | true;
}

const removal = { remove: 'removed', expire: 'expired' } as const;

/** The tags of a namespace, and of those below it that share them. */
export interface TagSpace {
  /** The name of the namespace that has the clock. */
  readonly namespace: string;
  readonly epochs: TagEpochs;
  /** Of the invalidations that this process was asked for: when it was asked, and not when L2 has answered. */
  readonly ownEpochs: TagEpochs;
  readonly serverTags: ServerTags;
  /** As the next one, of the namespace that has the clock. */
  readonly pending: PendingInvalidations;
  readonly announce: InvalidatorParts['announce'];
}

/** Removes or expires entries of both tiers: by their keys, by their tags, or all of them. */
export class Invalidator {
  readonly #parts: InvalidatorParts;

  constructor(parts: InvalidatorParts) {
    this.#parts = parts;
  }

  /** @param more - other names of the key, deleted by the same command */
  async delete(key: SanitizedKey, ...more: readonly SanitizedKey[]): Promise<WriteOutcome> {
    this.#invalidate([key, ...more]);
    return this.#reportDelete(key, this.#deleteThrough([key, ...more], 'remove'));
  }

  /** As {@link delete}, but an old value may still be served where stale values are. An L2 without leases cannot mark it, and deletes it. */
  async expire(key: SanitizedKey, ...more: readonly SanitizedKey[]): Promise<WriteOutcome> {
    this.#expire([key, ...more]);
    return this.#reportDelete(key, this.#deleteThrough([key, ...more], 'expire'));
  }

  /** Deletes an older value in the background, because its source says that it is gone. */
  discard(key: SanitizedKey): void {
    this.#invalidate([key]);
    this.#inBackground(this.#deleteThrough([key], 'remove'));
  }

  /** @param erases - whether the keys are also deleted in L2, which takes as long as it has keys */
  async clear(erases: boolean): Promise<WriteOutcome> {
    const { tagNames, tagSpace } = this.#parts;
    this.#invalidate('everything');
    if (tagNames.ofEverything === undefined) tagSpace.ownEpochs.removeAll();
    else tagSpace.ownEpochs.invalidate([tagNames.ofEverything], 'remove');
    const through = this.#clearThrough();
    const outcome = await this.#answered(through);
    if (!erases) return outcome;
    return (await this.#erase()) === 'done' ? outcome : 'pending';
  }

  /** Invalidates all entries with one of the tags. The time does not depend on their number. */
  async deleteTags(given: readonly string[], mode: InvalidationMode): Promise<WriteOutcome> {
    const { hasL2, memory, tagNames, tagSpace } = this.#parts;
    const names = givenNames(tagNames.of(given));
    memory.invalidateTags(names, mode);
    tagSpace.ownEpochs.invalidate(names, mode);
    if (!hasL2) return this.#reportTags(mode, 'done');
    const through = this.#deleteTagsThrough(names, mode);
    return this.#answered(through);
  }

  /** This namespace's part in recovery. */
  get backlog(): Backlog {
    const { pending, recent } = this.#parts;
    return { pending, recent, invalidate: (batch, store) => this.#invalidatePending(batch, store) };
  }

  #reportDelete(key: SanitizedKey, through: Promise<WriteOutcome>): WriteOutcome | Promise<WriteOutcome> {
    const reported = through.then((outcome) => {
      this.#parts.reporter.report('delete', { key, outcome });
      return outcome;
    });
    return this.#answered(reported);
  }

  async #deleteThrough(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteOutcome> {
    const began = this.#parts.clock.elapsed();
    const fate = await this.#deleteInL2(names, mode);
    return fate === 'applied' ? this.notifyOthers(names, 'changed', began) : 'pending';
  }

  async #deleteInL2(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteFate> {
    const { keys, pending, remote } = this.#parts;
    const writes = names.map((name) => pending.beginWrite(name));
    try {
      const remoteKeys = names.map((name) => keys.remote(name));
      const fate = await remote.send('delete', (store) => (mode === 'remove' ? store.delete(remoteKeys) : expireRows(store, remoteKeys)));
      if (fate !== 'applied') for (const name of names) this.remember(name);
      if (mode === 'remove') this.#invalidate(names);
      else this.#expire(names);
      return fate;
    } finally {
      for (const write of writes) write.end();
    }
  }

  async #clearThrough(): Promise<WriteOutcome> {
    const { announce, clock, reporter, tagNames, tagSpace } = this.#parts;
    const own = tagNames.ofEverything;
    const began = clock.elapsed();
    const fate = await (own === undefined ? this.#clearInL2() : this.#deleteTagsInL2([own], 'remove'));
    const sent = (): Promise<boolean> | true =>
      own === undefined ? announce('everything', 'changed') : tagSpace.announce([own], 'removed');
    const outcome = fate === 'applied' ? await this.#outcomeOf(sent(), began) : 'pending';
    reporter.report('clear', { outcome });
    return outcome;
  }

  async #clearInL2(): Promise<WriteFate> {
    const { pending, remote, reporter } = this.#parts;
    const endClear = pending.beginClear();
    try {
      const fate = await remote.send('clear', (store) => this.#removeEverything(store));
      if (fate !== 'applied') {
        pending.addEverything();
        reporter.report('pending', { key: 'everything' });
      }
      // Once more: an entry that was read or loaded meanwhile may be from before the clear.
      this.#invalidate('everything');
      return fate;
    } finally {
      endClear();
    }
  }

  #removeEverything(store: Store): Promise<void> {
    const { tagNames, tagSpace } = this.#parts;
    const own = tagNames.ofEverything;
    return tagSpace.serverTags.invalidate(own === undefined ? [] : [own], 'remove', store);
  }

  /** Nothing is remembered: the entries are misses already, and end with their ttl. */
  async #erase(): Promise<WriteOutcome> {
    const { keys, remote } = this.#parts;
    const fate = await remote.send('erase', (store) => store.clear(keys.prefix));
    if (fate === 'unsupported') throw eraseUnsupported();
    return fate === 'applied' ? 'done' : 'pending';
  }

  async #deleteTagsThrough(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteOutcome> {
    return this.#reportTags(mode, await this.#removeTags(names, mode, this.#parts.clock.elapsed()));
  }

  async #removeTags(names: readonly SanitizedKey[], mode: InvalidationMode, began: number): Promise<WriteOutcome> {
    const fate = await this.#deleteTagsInL2(names, mode);
    return fate === 'applied' ? this.#outcomeOf(this.#parts.tagSpace.announce(names, removal[mode]), began) : 'pending';
  }

  async #deleteTagsInL2(names: readonly SanitizedKey[], mode: InvalidationMode): Promise<WriteFate> {
    const { memory, remote, tagSpace } = this.#parts;
    const { pending, serverTags } = tagSpace;
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
    const { announce, keys: names } = this.#parts;
    for (const mode of ['remove', 'expire'] as const) {
      const due = tags.filter((tag) => tag.mode === mode).map(({ name }) => name);
      if (due.length > 0) await this.#invalidatePendingTags(due, mode, store);
    }
    if (keys === 'everything') await this.#removeEverything(store);
    else await store.delete(keys.map((key) => names.remote(key)));
    this.#invalidate(keys);
    await announce(keys, 'changed');
  }

  async #invalidatePendingTags(names: readonly SanitizedKey[], mode: InvalidationMode, store: Store): Promise<void> {
    const { memory, tagSpace } = this.#parts;
    await tagSpace.serverTags.invalidate(names, mode, store);
    memory.invalidateTags(names, mode);
    await tagSpace.announce(names, removal[mode]);
  }

  /** Drops what this process knows of the keys, values included that were stored by loads and are still on their way to L2. */
  #invalidate(keys: InvalidKeys): void {
    this.#parts.pending.hideInFlight(keys);
    this.#parts.memory.invalidate(keys);
  }

  #expire(keys: readonly SanitizedKey[]): void {
    this.#parts.pending.hideInFlight(keys);
    for (const key of keys) this.#parts.memory.expire(key);
  }

  /**
   * A change is done when the other processes are notified: this one may end right after it.
   * @param began - when the call began: its deadline holds for both
   */
  async notifyOthers(keys: InvalidKeys, kind: InvalidationKind, began: number): Promise<WriteOutcome> {
    return this.#outcomeOf(this.#parts.announce(keys, kind), began);
  }

  async #outcomeOf(sent: Promise<boolean> | true, began: number): Promise<WriteOutcome> {
    if (sent === true) return 'done';
    const { clock, writeMs } = this.#parts;
    const leftMs = Math.max(0, writeMs - (clock.elapsed() - began));
    return (await withDeadline(sent, leftMs, clock, () => new Error('not sent in time')).catch(() => false)) ? 'done' : 'pending';
  }

  /** L2 still has to delete the key. */
  remember(key: SanitizedKey): void {
    this.#parts.pending.add(key);
    this.#parts.reporter.report('pending', { key });
  }

  /** The caller gets its answer before L2 has given one. */
  #inBackground(through: Promise<WriteOutcome>): WriteOutcome {
    this.#parts.background.track(through);
    return 'pending';
  }

  #answered(through: Promise<WriteOutcome>): WriteOutcome | Promise<WriteOutcome> {
    return this.#parts.nonBlocking && this.#parts.hasL2 ? this.#inBackground(through) : through;
  }
}

function eraseUnsupported(): CacheError {
  const advice = 'the entries are misses already, and L2 drops them at the end of their ttl';
  return new CacheError('CACHE_CLEAR_UNSUPPORTED', `clear: L2 cannot list the keys of a namespace, so it cannot erase them: ${advice}`);
}
