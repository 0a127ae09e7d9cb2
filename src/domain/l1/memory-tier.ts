import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generations } from '../consistency/generations';
import type { InvalidationKind, InvalidKeys } from '../consistency/pending-invalidations';
import type { InvalidationMode, TagEpochs } from '../consistency/tag-epochs';
import { momentOf, toLocalEntry, type Entry, type LocalEntry, type Moment } from '../entry/entry';
import { isAccepted, type PayloadConstraints } from '../entry/payload-check';
import type { TagNames, TagSet } from '../entry/tag-names';
import type { Reporter } from '../events/reporter';

/** The state of the bus, as far as it concerns the entries of L1. */
export interface BusView {
  /** How long L1 may answer without asking L2: `Infinity` while the bus reports every change, or when there is no L2. */
  readonly l1TtlMs: number;
}

interface MemoryTierParts {
  readonly store: LocalStore<LocalEntry>;
  readonly bus: BusView;
  readonly generations: Generations;
  readonly epochs: TagEpochs;
  readonly tagNames: TagNames;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly maxTtlMs: number;
}

/** Limits of an entry besides its own life. Milliseconds. */
interface PlacementLimits {
  /** The L1 ttl of the reading process; the shorter of both holds. */
  readonly l1TtlMs?: number | undefined;
  readonly keepAtMostMs?: number;
  /** In which it is known to be valid; the present one if it is left out. */
  readonly epoch?: number;
  /** Of an entry of L2, which names them otherwise. */
  readonly tags?: TagSet;
}

/** L1 of one namespace: the only class that touches its store. */
export class MemoryTier {
  readonly #parts: MemoryTierParts;
  // The parts that every L1 hit needs, one field away.
  readonly #store: LocalStore<LocalEntry>;
  readonly #clock: Clock;
  readonly #epochs: TagEpochs;

  constructor(parts: MemoryTierParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#epochs = parts.epochs;
  }

  /** Steps forward with each invalidation of tags, and when all entries come into doubt. */
  get epoch(): number {
    return this.#epochs.epoch;
  }

  /** An entry that was valid before this epoch is validated in L2 before it is served. */
  get doubtedAt(): number {
    return this.#epochs.doubtedAt;
  }

  /** Whether this process is notified of the changes of others. */
  get hearsInvalidations(): boolean {
    return this.#parts.bus.l1TtlMs === Infinity;
  }

  /** The entry, fresh or stale. */
  get(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#store.get(key);
    if (entry === undefined || entry.epoch === this.#epochs.epoch || this.holds(entry)) return entry;
    this.drop(key);
    return undefined;
  }

  /** The entry, if it may be served without asking L2. */
  fresh(key: SanitizedKey, constraints: PayloadConstraints): LocalEntry | undefined {
    const entry = this.#store.get(key);
    if (entry === undefined || (entry.epoch !== this.#epochs.epoch && !this.#isStillValid(key, entry))) return undefined;
    if (this.#clock.elapsed() >= entry.freshUntil) return undefined;
    return entry.validatedAs === undefined || isAccepted(entry, constraints) ? entry : undefined;
  }

  /** Whether no tag of the entry was invalidated since it was valid. An entry whose tag has expired is stale from now on. */
  holds(entry: LocalEntry): boolean {
    const verdict = this.#epochs.verdictOf(entry.tags.names, entry.epoch);
    if (verdict === 'removed') return false;
    if (verdict === 'expired') entry.expire(this.#clock.elapsed());
    // An entry in doubt stays in doubt.
    if (entry.epoch >= this.#epochs.doubtedAt) entry.epoch = this.#epochs.epoch;
    return true;
  }

  /** Whether one of these tags was invalidated after the epoch. */
  wasInvalidated({ names }: TagSet, since: number): boolean {
    return this.#epochs.verdictOf(names, since) !== 'valid';
  }

  /** When an entry of L2 expires for this process, in wall-clock milliseconds. */
  expiresAt({ createdAt, expiresAt }: Pick<Entry, 'createdAt' | 'expiresAt'>): number {
    return Math.min(expiresAt, createdAt + this.#parts.maxTtlMs);
  }

  /** An entry as this process may use it; `undefined` if it is dead. L1 does not hold it yet. */
  localize(
    entry: Entry,
    { epoch = this.#epochs.epoch, keepAtMostMs = Infinity, l1TtlMs = Infinity, tags }: PlacementLimits = {},
    moment?: Moment,
  ): LocalEntry | undefined {
    const { bus, clock, maxTtlMs, tagNames } = this.#parts;
    const own = entry.l1TtlMs === Infinity && l1TtlMs === Infinity ? bus.l1TtlMs : Math.min(entry.l1TtlMs, l1TtlMs);
    return toLocalEntry(
      entry,
      { l1TtlMs: Math.min(own, keepAtMostMs), keepAtMostMs, maxTtlMs, epoch, tags: tags ?? tagNames.of(entry.tags) },
      moment ?? momentOf(clock),
    );
  }

  /** Keeps an entry. `undefined`, for an entry whose life is over, deletes the key. */
  put(key: SanitizedKey, entry: LocalEntry | undefined): void {
    if (entry === undefined) this.#store.delete(key);
    else this.#store.set(key, entry);
  }

  /** As {@link put}, for a write of a caller, which is timed. */
  write(key: SanitizedKey, entry: LocalEntry | undefined): void {
    const began = this.#clock.precise();
    this.put(key, entry);
    this.#parts.reporter.recordDuration('l1Set', began);
  }

  /** Drops an entry. Running reads and loads of the key are not affected. */
  drop(key: SanitizedKey): void {
    const began = this.#clock.precise();
    if (!this.#store.delete(key)) return;
    this.#parts.reporter.recordDuration('l1Delete', began);
    this.#parts.reporter.report('invalidate', { count: 1 });
  }

  /** Drops an entry that does not meet the constraints of the cache, so that it is not checked again and again. */
  dropRejected(key: SanitizedKey, constraints: PayloadConstraints): void {
    const entry = this.#store.get(key);
    if (entry !== undefined && !isAccepted(entry, constraints)) this.drop(key);
  }

  /** Drops entries that are known to be old, and fences running reads and loads of these keys. */
  invalidate(keys: InvalidKeys): void {
    if (keys === 'everything') {
      this.#invalidateAll();
      return;
    }
    for (const key of keys) {
      this.#parts.generations.advance(key);
      this.drop(key);
    }
  }

  /** Makes an entry stale from now on, and fences running reads and loads of the key. */
  expire(key: SanitizedKey): void {
    this.#parts.generations.advance(key);
    this.#store.get(key)?.expire(this.#clock.elapsed());
  }

  /** As {@link invalidate}, for a message of another process. A loaded value in flight to L2 may undo the change: it is deleted again after its arrival. */
  onInvalidation(keys: InvalidKeys, kind: InvalidationKind): void {
    const { generations } = this.#parts;
    if (keys !== 'everything' && (kind === 'removed' || kind === 'expired')) {
      this.invalidateTags(keys, kind === 'removed' ? 'remove' : 'expire');
      return;
    }
    if (kind === 'changed') {
      if (keys === 'everything') generations.outdateAll();
      else for (const key of keys) generations.outdate(key);
    }
    this.invalidate(keys);
  }

  /** The entries stay until they are used: the time does not depend on their number. */
  invalidateTags(names: readonly SanitizedKey[], mode: InvalidationMode): void {
    this.#epochs.invalidate(names, mode);
  }

  peek(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#store.peek(key);
    return entry === undefined || this.holds(entry) ? entry : undefined;
  }

  keys(): IterableIterator<SanitizedKey> {
    return this.#store.keys();
  }

  get size(): number {
    return this.#store.size;
  }

  get expired(): number {
    return this.#store.expired;
  }

  get approximateBytes(): number {
    return this.#store.approximateBytes;
  }

  #isStillValid(key: SanitizedKey, entry: LocalEntry): boolean {
    if (this.holds(entry)) return entry.epoch >= this.#epochs.doubtedAt;
    this.drop(key);
    return false;
  }

  #invalidateAll(): void {
    const { generations, reporter, tagNames } = this.#parts;
    generations.advanceAll();
    const own = tagNames.ofEverything;
    // The entries of the namespaces that share the tags have tags, all of them.
    if (own === undefined) this.#epochs.removeAll();
    else this.#epochs.invalidate([own], 'remove');
    reporter.report('invalidate', { count: this.#store.size });
    this.#store.clear();
  }
}
