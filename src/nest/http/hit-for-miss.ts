import { RecentMap } from '../../domain/shared/recent-map';

/** The time for which a key is remembered, in milliseconds; and the limit of keys, because clients choose them. */
const memoryMs = 10_000;

const maxKeys = 100;

/**
 * Hit-for-miss, per route. A key whose last response could not be stored is bypassed for 10 s, except by one probing call at a time. Otherwise
 * calls would queue for a response that they cannot share. The first response that can be stored ends it.
 */
export class HitForMiss {
  readonly #keys = new RecentMap<string, { readonly until: number; isProbed: boolean }>(maxKeys);
  readonly #now: () => number;

  /** @param now - monotonic milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a call bypasses the cache. A call that does not is the probe: record its outcome. */
  isActive(key: string): boolean {
    if (this.#keys.size === 0) return false;
    const known = this.#keys.get(key);
    if (known === undefined || known.until <= this.#now()) return false;
    const isProbed = known.isProbed;
    known.isProbed = true;
    return isProbed;
  }

  record(key: string, answer: 'storable' | 'unstorable'): void {
    if (answer === 'unstorable') this.#keys.set(key, { until: this.#now() + memoryMs, isProbed: false });
    else if (this.#keys.size > 0) this.#keys.delete(key);
  }
}
