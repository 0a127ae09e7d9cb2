import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { MemoryTier } from './memory-tier';
import { givenNames } from '../entry/tag-names';
import type { WriteOutcome } from '../events/cache-events';

/** The entry of L1 under one key. */
export interface HeldEntry {
  /** The stored value itself: do not change it. */
  readonly value: unknown;
  /** Past its ttl, and kept for `staleWhileRevalidate` or `staleIfError`. */
  readonly isStale: boolean;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
  /** Milliseconds until it expires: `Infinity` without an end, 0 for a stale entry. */
  readonly ttlMs: number;
  /** Named as the sanitizer returns them, as keys are. */
  readonly tags: readonly SanitizedKey[];
}

interface InspectorParts {
  readonly memory: MemoryTier;
  readonly clock: Clock;
  readonly remove: (key: SanitizedKey) => Promise<WriteOutcome>;
}

/**
 * L1 of one namespace, for operators. Keys are named as the sanitizer returns them, as in events and in the log. Looking changes
 * nothing: no entry stays longer for it, and nothing is counted.
 */
export class CacheInspector {
  readonly #parts: InspectorParts;

  /** @internal For `Cache.inspector()`. */
  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** In no particular order. Entries that come or go meanwhile may be missing. */
  keys(): IterableIterator<SanitizedKey> {
    return this.#parts.memory.keys();
  }

  /** The entry of a key, fresh or stale; `undefined` if L1 has none. */
  entry(key: SanitizedKey): HeldEntry | undefined {
    const entry = this.#parts.memory.peek(key);
    if (entry === undefined) return undefined;
    const now = this.#parts.clock.elapsed();
    const ttlMs = Math.max(0, entry.expiresAt - now);
    return { value: entry.value, isStale: ttlMs === 0, ageMs: now - entry.createdAt, ttlMs, tags: givenNames(entry.tags) };
  }

  /**
   * As `Cache.del`, for a key that {@link keys} has named.
   * @throws CacheError `CACHE_CLOSED`
   */
  async delete(key: SanitizedKey): Promise<WriteOutcome> {
    return this.#parts.remove(key);
  }
}
