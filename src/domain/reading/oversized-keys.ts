import type { SanitizedKey } from '../../ports/sanitized-key';
import { hasCode } from '../cache-error';

/** More candidates than this are the sign of an outage, not of a single value. */
const maxCandidates = 1_000;

interface Candidate {
  /** The most keys of the next batch that it may be in. */
  readonly limit: number;
  /** How many batches were answered when it first failed alone. */
  readonly failedAloneAt: number | undefined;
}

/**
 * Finds a value that makes every batch fail that it is in, such as one of 100 MB. The keys of a failed batch are read in batches of half the size
 * the next time, and not at once: in an outage the callers would wait for one deadline after another. An answered batch clears its keys.
 */
export class OversizedKeys {
  readonly #candidates = new Map<SanitizedKey, Candidate>();
  #answered = 0;

  /** `undefined` for a key whose batches were answered. */
  limitOf(key: SanitizedKey): number | undefined {
    return this.#candidates.get(key)?.limit;
  }

  answered(keys: Iterable<SanitizedKey>): void {
    this.#answered += 1;
    if (this.#candidates.size > 0) for (const key of keys) this.#candidates.delete(key);
  }

  /** Returns a key that is to be deleted: it failed alone twice, and in between the server answered other reads. */
  failed(keys: readonly SanitizedKey[], error: unknown): SanitizedKey | undefined {
    if (!hasCode(error, 'CACHE_TIER_UNAVAILABLE')) return undefined;
    if (this.#candidates.size + keys.length > maxCandidates) this.#candidates.clear();
    const [key] = keys;
    if (keys.length === 1 && key !== undefined) return this.#failedAlone(key);
    for (const each of keys) this.#candidates.set(each, { limit: Math.ceil(keys.length / 2), failedAloneAt: undefined });
    return undefined;
  }

  #failedAlone(key: SanitizedKey): SanitizedKey | undefined {
    const firstAt = this.#candidates.get(key)?.failedAloneAt ?? this.#answered;
    if (this.#answered === firstAt) {
      this.#candidates.set(key, { limit: 1, failedAloneAt: firstAt });
      return undefined;
    }
    this.#candidates.delete(key);
    return key;
  }
}
