import type { TagVerdict } from './tag-times';

/** Tags whose invalidation is remembered. Past that, entries from before the oldest one are removed if they have tags at all. */
const maxTags = 10_000;

interface Invalidated {
  removed: number;
  expired: number;
}

/** How an invalidation treats entries: `remove` makes them misses, `expire` makes them stale. */
export type InvalidationMode = 'remove' | 'expire';

/**
 * The invalidations of tags that this process has made or was notified of, numbered by epochs. An entry notes the epoch in which it was valid; as long
 * as no tag of the namespace is invalidated, a hit compares two numbers and nothing else.
 */
export class TagEpochs {
  #epoch = 1;
  #doubtedAt = 0;
  /** Invalidations up to this epoch may be forgotten. */
  #forgotten = 0;
  readonly #tags = new Map<string, Invalidated>();

  get epoch(): number {
    return this.#epoch;
  }

  /** All entries came into doubt in this epoch: an entry of an earlier one is validated in L2 before it is served. */
  get doubtedAt(): number {
    return this.#doubtedAt;
  }

  doubt(): void {
    this.#doubtedAt = this.#epoch += 1;
  }

  invalidate(tags: readonly string[], mode: InvalidationMode): void {
    this.#epoch += 1;
    for (const tag of tags) this.#note(tag, mode === 'remove' ? { removed: this.#epoch } : { expired: this.#epoch });
  }

  /** Removes all entries with tags, whatever their tags are. */
  removeAll(): void {
    this.#forgotten = this.#epoch += 1;
    this.#tags.clear();
  }

  /** @param since - an epoch in which the entry was valid */
  verdictOf(tags: readonly string[], since: number): TagVerdict {
    if (tags.length === 0 || since === this.#epoch) return 'valid';
    if (since < this.#forgotten) return 'removed';
    let verdict: TagVerdict = 'valid';
    for (const tag of tags) {
      const at = this.#tags.get(tag);
      if (at === undefined) continue;
      if (since < at.removed) return 'removed';
      if (since < at.expired) verdict = 'expired';
    }
    return verdict;
  }

  #note(tag: string, at: Partial<Invalidated>): void {
    const { removed = 0, expired = 0 } = this.#tags.get(tag) ?? {};
    this.#tags.delete(tag);
    this.#tags.set(tag, { removed, expired, ...at });
    if (this.#tags.size <= maxTags) return;
    for (const [oldest, { expired: lastExpired, removed: lastRemoved }] of this.#tags) {
      this.#tags.delete(oldest);
      this.#forgotten = Math.max(this.#forgotten, lastRemoved, lastExpired);
      return;
    }
  }
}
