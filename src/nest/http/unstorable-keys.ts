/** How long a key is remembered, in milliseconds; and how many are, since strangers choose them. */
const memoryMs = 10_000;

const mostKeys = 100;

/**
 * The keys of one handler whose answers could not be stored a moment ago. Who asks for one of them while somebody else's run is under way would wait
 * for what is of no use to him, and run the handler after it; so he goes past the cache. One at a time still goes through it: as soon as an
 * answer can be stored, it is, and all wait for each other again.
 */
export class UnstorableKeys {
  readonly #keys = new Map<string, { readonly until: number; isBeingTried: boolean }>();
  readonly #now: () => number;

  /** @param now - monotonic milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a call goes past the cache. One that does not, is to be settled. */
  passes(key: string): boolean {
    const known = this.#keys.get(key);
    if (known === undefined || known.until <= this.#now()) return false;
    const isTried = known.isBeingTried;
    known.isBeingTried = true;
    return isTried;
  }

  settle(key: string, answer: 'storable' | 'unstorable'): void {
    this.#keys.delete(key);
    if (answer === 'storable') return;
    this.#keys.set(key, { until: this.#now() + memoryMs, isBeingTried: false });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > mostKeys && oldest !== undefined) this.#keys.delete(oldest);
  }
}
