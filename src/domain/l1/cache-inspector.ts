import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { MemoryTier } from './memory-tier';
import type { WriteOutcome } from '../events/cache-events';

/** What L1 holds under one key. */
export interface HeldEntry {
  readonly value: unknown;
  /** Past its ttl, and kept for `staleWhileRevalidate` or `staleIfError`. */
  readonly isStale: boolean;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
  /** Milliseconds until it expires: `Infinity` without an end, 0 for what is stale. */
  readonly ttlMs: number;
}

interface InspectorParts {
  readonly memory: MemoryTier;
  readonly clock: Clock;
  readonly remove: (key: SanitizedKey) => Promise<WriteOutcome>;
}

/**
 * L1 of one namespace, for people who look into it. Keys are named as the sanitizer left them, as in events and in the log. Looking changes
 * nothing: no entry stays longer for it, and nothing is counted.
 */
export class CacheInspector {
  readonly #parts: InspectorParts;

  /** @internal For `Cache.inspector()`. */
  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** In no particular order. What comes or goes while they are listed may be among them or not. */
  keys(): IterableIterator<SanitizedKey> {
    return this.#parts.memory.keys();
  }

  entry(key: SanitizedKey): HeldEntry | undefined {
    const entry = this.#parts.memory.peek(key);
    if (entry === undefined) return undefined;
    const now = this.#parts.clock.elapsed();
    const ttlMs = Math.max(0, entry.expiresAt - now);
    return { value: entry.value, isStale: ttlMs === 0, ageMs: now - entry.createdAt, ttlMs };
  }

  /**
   * As `Cache.del`, for a key that {@link keys} has named.
   * @throws CacheError `CACHE_CLOSED`
   */
  async delete(key: SanitizedKey): Promise<WriteOutcome> {
    return this.#parts.remove(key);
  }
}
