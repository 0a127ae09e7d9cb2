import { CacheError } from '../cache-error';
import type { SanitizedKey } from '../../ports/sanitized-key';

/** More suspects than this are the sign of an outage, not of a single value. */
const maxSuspects = 1_000;

interface Suspect {
  /** The most keys of the next batch that it may be in. */
  readonly limit: number;
  /** How many batches were answered when it first failed alone. */
  readonly failedAloneAt: number | undefined;
}

/**
 * Finds a value that makes every batch fail that it is in, such as one of 100 MB. The keys of a failed batch are read in batches of half the size
 * the next time, and not at once: in an outage the callers would wait for one deadline after another. An answered batch clears its keys.
 */
export class SuspectKeys {
  readonly #suspects = new Map<SanitizedKey, Suspect>();
  #answered = 0;

  /** `undefined` for a key without suspicion. */
  limitOf(key: SanitizedKey): number | undefined {
    return this.#suspects.get(key)?.limit;
  }

  answered(keys: Iterable<SanitizedKey>): void {
    this.#answered += 1;
    if (this.#suspects.size > 0) for (const key of keys) this.#suspects.delete(key);
  }

  /** Returns a key that is to be deleted: it failed alone twice, and in between the server answered other reads. */
  failed(keys: readonly SanitizedKey[], error: unknown): SanitizedKey | undefined {
    if (!(error instanceof CacheError) || error.code !== 'CACHE_TIER_UNAVAILABLE') return undefined;
    if (this.#suspects.size + keys.length > maxSuspects) this.#suspects.clear();
    const [key] = keys;
    if (keys.length === 1 && key !== undefined) return this.#failedAlone(key);
    for (const each of keys) this.#suspects.set(each, { limit: Math.ceil(keys.length / 2), failedAloneAt: undefined });
    return undefined;
  }

  #failedAlone(key: SanitizedKey): SanitizedKey | undefined {
    const firstAt = this.#suspects.get(key)?.failedAloneAt ?? this.#answered;
    if (this.#answered === firstAt) {
      this.#suspects.set(key, { limit: 1, failedAloneAt: firstAt });
      return undefined;
    }
    this.#suspects.delete(key);
    return key;
  }
}
