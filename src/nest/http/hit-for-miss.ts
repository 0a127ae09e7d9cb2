/** How long a key is remembered, in milliseconds; and how many are, since clients choose them. */
const memoryMs = 10_000;

const maxKeys = 100;

/**
 * Hit-for-miss, per route. A key whose last answer could not be stored is bypassed for 10 s, except by one probing call at a time, so that calls do
 * not queue for an answer that they cannot share. The first storable answer ends it.
 */
export class HitForMiss {
  readonly #keys = new Map<string, { readonly until: number; isProbed: boolean }>();
  readonly #now: () => number;

  /** @param now - monotonic milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a call bypasses the cache. A call that does not is the probe: its outcome has to be recorded. */
  isActive(key: string): boolean {
    const known = this.#keys.get(key);
    if (known === undefined || known.until <= this.#now()) return false;
    const isProbed = known.isProbed;
    known.isProbed = true;
    return isProbed;
  }

  record(key: string, answer: 'storable' | 'unstorable'): void {
    this.#keys.delete(key);
    if (answer === 'storable') return;
    this.#keys.set(key, { until: this.#now() + memoryMs, isProbed: false });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > maxKeys && oldest !== undefined) this.#keys.delete(oldest);
  }
}
