import { expect } from 'chai';
import fc from 'fast-check';
import { CacheUnderTest } from '../builders/cache-under-test';

const keys = ['a', 'b'] as const;
type Key = (typeof keys)[number];

type Step =
  | { readonly do: 'get' | 'has' | 'del' | 'set' | 'evict'; readonly key: Key }
  | { readonly do: 'wrap'; readonly key: Key; readonly loadMs: number; readonly fails: boolean }
  | { readonly do: 'clear' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'l2'; readonly becomes: 'well' | 'hanging' | 'failing' | 'refusing' | 'away' | 'back' };

const key = fc.constantFrom(...keys);
const aWhile = fc.constantFrom(0, 1, 5, 100, 250, 999, 1_000, 5_000, 10_000, 31_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('get', 'has', 'del', 'set', 'evict'), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wrap'), key, loadMs: fc.constantFrom(0, 1, 10, 500, 2_000), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass'), ms: aWhile }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('l2'),
      becomes: fc.constantFrom('well', 'hanging', 'failing', 'refusing', 'away', 'back'),
    }),
  },
);

/**
 * An application that changes its database and then invalidates, as applications do. It caches versions, so that every answer shows
 * how old it is.
 */
class Application {
  readonly #one: CacheUnderTest;
  readonly #database: Record<Key, number> = { a: 0, b: 0 };
  /** No read that begins now may bring less: the invalidation of that version is over. */
  readonly #promised: Record<Key, number> = { a: 0, b: 0 };
  readonly #running: Promise<unknown>[] = [];
  readonly #violations: string[] = [];

  constructor(one: CacheUnderTest) {
    this.#one = one;
  }

  async take(next: Step): Promise<void> {
    const { cache, clock } = this.#one;
    switch (next.do) {
      case 'get':
        this.#read(next.key, () => cache.get<number>(next.key));
        return;
      case 'wrap':
        this.#read(next.key, () => cache.wrap(next.key, () => this.#load(next)).catch(() => undefined));
        return;
      case 'has':
        this.#running.push(cache.has(next.key));
        return;
      case 'del':
        this.#change([next.key], () => cache.del(next.key));
        return;
      case 'set':
        this.#change([next.key], () => cache.set(next.key, this.#database[next.key]));
        return;
      case 'clear':
        this.#change(keys, () => cache.clear());
        return;
      case 'evict':
        // The cache under test holds one entry in L1.
        this.#running.push(cache.set('another', 0));
        return;
      case 'pass':
        await clock.advance(next.ms);
        return;
      case 'l2':
        await this.#trouble(next.becomes);
    }
  }

  /** L2 is well again, and everything that was pending has had its time. */
  async end(): Promise<void> {
    const { clock } = this.#one;
    await this.#trouble('back');
    for (let round = 0; round < 12; round++) {
      await this.#one.settle();
      await clock.advance(10_000);
    }
    await Promise.all(this.#running);
    for (const one of keys) {
      const left = this.#one.inL2(one)?.value as number | undefined;
      if (left !== undefined && left < this.#promised[one]) this.#violations.push(`${one}: L2 keeps ${left}`);
      this.#read(one, () => this.#one.cache.get<number>(one));
    }
    await this.#one.settle();
    await clock.advance(1_000);
    await Promise.all(this.#running);
    expect(this.#violations).to.deep.equal([]);
    expect(this.#one.cache.health().l2?.pending).to.equal(0);
  }

  #read(from: Key, read: () => Promise<number | undefined>): void {
    const least = this.#promised[from];
    this.#running.push(
      read().then((version) => {
        if (version !== undefined && version < least) this.#violations.push(`${from}: read ${version} after ${least}`);
      }),
    );
  }

  #change(changed: readonly Key[], invalidate: () => Promise<unknown>): void {
    for (const one of changed) this.#database[one] += 1;
    const versions = changed.map((one) => this.#database[one]);
    this.#running.push(
      invalidate().then(() => {
        changed.forEach((one, index) => (this.#promised[one] = Math.max(this.#promised[one], versions[index]!)));
      }),
    );
  }

  async #load({ key: from, loadMs, fails }: Step & { readonly do: 'wrap' }): Promise<number> {
    const version = this.#database[from];
    if (loadMs > 0) await new Promise<void>((resolve) => this.#one.clock.schedule(loadMs, resolve));
    if (fails) throw new Error('no database');
    return version;
  }

  async #trouble(becomes: (Step & { readonly do: 'l2' })['becomes']): Promise<void> {
    const { driver, probe, store } = this.#one;
    if (becomes === 'hanging') store.hang();
    else if (becomes === 'failing') store.fail();
    else if (becomes === 'refusing') store.refuseWrites();
    else if (becomes === 'away') driver.goAway();
    else store.heal();
    // Hanging calls take effect before later ones, as on one connection.
    await this.#one.settle();
    if (becomes === 'back') probe.up();
  }
}

describe('Cache: whatever happens', () => {
  for (const options of [
    {},
    { nonBlocking: true },
    { ttl: '10s', staleWhileRevalidate: '30s', refreshAhead: 0.5 },
    { maxPending: 1, batched: true },
    { ttl: '5s', staleIfError: '1m', softTimeout: '5ms', hardTimeout: '100ms', retryAfterError: '1s' },
  ] as const) {
    it(`a read never returns a value that was invalidated before it began, with ${JSON.stringify(options)}`, async function () {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 1, 20, 300), async (steps, delayMs) => {
          const one = new CacheUnderTest({ ...options, primary: { lruSize: 1 } });
          one.store.delayMs = delayMs;
          const application = new Application(one);
          for (const next of steps) await application.take(next);
          await application.end();
          await one.end();
          expect(one.clock.waiting).to.equal(0);
        }),
        { numRuns: 300 },
      );
    });
  }
});
