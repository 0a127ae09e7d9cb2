import { expect } from 'chai';
import fc from 'fast-check';
import { approximateBytes } from '../../../src/adapters/memory/size/approximate-bytes';
import { CacheableLocalStore } from '../../../src/adapters/memory/cacheable-local-store';
import type { Clock } from '../../../src/ports/clock';
import { ContentStore, TestValue } from '../../../src/testing/local-store-contract/local-store-harness';
import { FakeClock } from '../../../src/testing/fake-clock';
import { localStoreContract } from '../../../src/testing/local-store-contract/local-store-contract';
import { testKey } from '../../../src/testing/suite-tools';

const a = testKey('a');
const b = testKey('b');
const c = testKey('c');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const maxBytes = 10_000_000;

function bytesOf({ content }: TestValue, onSlab: (slab: ArrayBufferLike) => void): number {
  return approximateBytes(content, maxBytes, onSlab);
}

/** `store` is the same store, written and read by content. */
function newStore(clock: Clock, bounds: { readonly lruSize: number; readonly maxBytes?: number }) {
  const local = new CacheableLocalStore<TestValue>({ maxBytes, ...bounds, bytesOf, clock });
  return { local, store: new ContentStore(local, () => clock.elapsed()) };
}

localStoreContract('CacheableLocalStore', () => {
  const clock = new FakeClock();
  const store = new CacheableLocalStore<TestValue>({ lruSize: 20, maxBytes: 100_000, bytesOf, clock });
  const time = { elapsed: () => clock.elapsed(), elapse: (ms: number) => clock.advance(ms) };
  return { store, capacity: 20, maxBytes: 100_000, ...time, close: () => store.dispose() };
});

describe('CacheableLocalStore', () => {
  let clock: FakeClock;
  let local: CacheableLocalStore<TestValue>;
  let store: ContentStore;

  beforeEach(() => {
    clock = new FakeClock();
    ({ local, store } = newStore(clock, { lruSize: 2 }));
  });

  it('returns the same reference that was stored', () => {
    const value = { name: 'Ada' };
    store.set(a, value, minuteMs);

    expect(store.get(a)).to.equal(value);
  });

  it('returns falsy values', () => {
    for (const value of [null, false, 0, '', NaN]) {
      store.set(a, value, minuteMs);
      expect(store.get(a)).to.deep.equal(value);
    }
  });

  it('expires a value by the injected clock, whatever the wall clock does', async () => {
    store.set(a, 1, 1_000);
    clock.jumpWall(dayMs);
    await clock.advance(999);
    expect(store.get(a)).to.equal(1);

    await clock.advance(1);

    expect(store.get(a)).to.equal(undefined);
    expect(store.size).to.equal(0);
  });

  it('keeps an endless value for years, and a long-lived one until its ttl ends', () => {
    let now = 0;
    const slowClock = { now: () => now, elapsed: () => now, precise: () => now, schedule: () => () => undefined };
    const { store: years } = newStore(slowClock, { lruSize: 2 });
    years.set(a, 'endless', Infinity);
    years.set(b, 'long', 60 * dayMs);

    now = 60 * dayMs - 1;
    expect([years.get(a), years.get(b)]).to.deep.equal(['endless', 'long']);
    now = 3_650 * dayMs;

    expect([years.get(a), years.get(b)]).to.deep.equal(['endless', undefined]);
  });

  it('keeps a value that lives for less than a millisecond until the clock moves', async () => {
    store.set(a, 1, 0.25);
    expect(store.get(a)).to.equal(1);

    await clock.advance(1);

    expect(store.get(a)).to.equal(undefined);
  });

  it('says whether a delete found a living value', async () => {
    store.set(a, 1, minuteMs);
    store.set(b, 1, 1_000);
    await clock.advance(1_000);

    expect([store.delete(a), store.delete(a), store.delete(b), store.delete(c)]).to.deep.equal([true, false, false, false]);
  });

  describe('evicting', () => {
    let evicted: number[];

    beforeEach(() => {
      evicted = [];
      store.onEvict((count) => evicted.push(count));
    });

    it('evicts the least recently used value for a new one, and notifies', () => {
      store.set(a, 1, minuteMs);
      store.set(b, 2, minuteMs);
      store.get(a);

      store.set(c, 3, minuteMs);

      expect([store.get(a), store.get(b), store.get(c)]).to.deep.equal([1, undefined, 3]);
      expect(evicted).to.deep.equal([1]);
    });

    it('does not notify of deletes, overwrites, expiry and clear', async () => {
      store.set(a, 1, 1_000);
      store.set(a, 2, 1_000);
      store.set(b, 3, minuteMs);
      store.delete(b);
      await clock.advance(1_000);
      store.get(a);
      store.clear();

      expect(evicted).to.deep.equal([]);
    });

    it('does not notify a listener that was removed', () => {
      const counts: number[] = [];
      store.onEvict((count) => counts.push(count))();

      for (const key of [a, b, c]) store.set(key, 1, minuteMs);

      expect(counts).to.deep.equal([]);
      expect(evicted).to.deep.equal([1]);
    });

    it('notifies a listener that was added twice until it was removed twice', () => {
      const counts: number[] = [];
      const listener = (count: number): void => void counts.push(count);
      const leave = store.onEvict(listener);
      store.onEvict(listener);
      leave();

      for (const key of [a, b, c]) store.set(key, 1, minuteMs);

      expect(counts).to.deep.equal([1]);
    });

    it('lets a listener use the store', () => {
      store.onEvict(() => store.delete(b));

      for (const key of [a, b, c]) store.set(key, 1, minuteMs);

      expect([store.get(b), store.get(c)]).to.deep.equal([undefined, 1]);
      expect(evicted).to.deep.equal([1]);
    });
  });

  describe('sweeping', () => {
    it('drops expired values that are never read, and keeps the rest', async () => {
      store.set(a, 1, 1_000);
      store.set(b, 2, 10 * minuteMs);

      await clock.advance(minuteMs);

      expect(store.size).to.equal(1);
      expect(store.expired).to.equal(1);
      expect(store.get(b)).to.equal(2);
    });

    it('has no timer while it is empty', async () => {
      expect(clock.waiting).to.equal(0);
      store.set(a, 1, 1_000);

      await clock.advance(2 * minuteMs);

      expect(clock.waiting).to.equal(0);
    });

    it('does not drop a new value for an old one that was cleared', async () => {
      const { store: large } = newStore(clock, { lruSize: 2_000 });
      const keys = Array.from({ length: 2_000 }, (_, index) => testKey(`${index}`));
      for (const key of keys) large.set(key, 1, 1_000);
      await clock.advance(30_000);

      large.clear();
      for (const key of keys) large.set(key, 2, 10 * minuteMs);
      await clock.advance(minuteMs);

      expect(large.size).to.equal(2_000);
    });

    it('has neither values nor timers after dispose', () => {
      store.set(a, 1, minuteMs);

      local.dispose();
      store.set(b, 1, minuteMs);

      expect(store.get(a)).to.equal(undefined);
      expect(clock.waiting).to.equal(0);
    });
  });

  describe('approximateBytes of values that are cut from one large buffer', () => {
    const large = Buffer.alloc(1_000_000);
    const slice = (at: number) => large.subarray(at, at + 10);

    it('counts the buffer once', () => {
      ({ local, store } = newStore(clock, { lruSize: 10 }));
      for (const [at, key] of [a, b, c].entries()) store.set(key, slice(at), minuteMs);

      expect(local.approximateBytes).to.be.within(1_000_000, 1_003_000);
    });

    it('counts it until the last of them is gone, whichever that is', () => {
      store.set(a, slice(1), minuteMs);
      store.set(b, [slice(2), { slice: slice(3) }], minuteMs);
      // Evicts the value that was counted first.
      store.set(c, 1, minuteMs);
      expect(local.approximateBytes).to.be.above(1_000_000);

      store.set(b, 2, minuteMs);
      expect(local.approximateBytes).to.be.below(3_000);
    });

    it('counts it again after a clear, and for a value that replaces another', () => {
      store.set(a, slice(1), minuteMs);
      local.clear();
      store.set(a, slice(2), minuteMs);
      store.set(a, slice(3), minuteMs);

      expect(local.approximateBytes).to.be.within(1_000_000, 1_002_000);
      local.delete(a);
      expect(local.approximateBytes).to.equal(0);
    });

    it('refuses one that keeps more memory alive than L1 may take', () => {
      ({ local, store } = newStore(clock, { lruSize: 10, maxBytes: 500_000 }));
      store.set(a, slice(1), minuteMs);

      expect([store.get(a), local.approximateBytes]).to.deep.equal([undefined, 0]);
    });
  });

  describe('approximateBytes', () => {
    it('is 0 for nothing, and grows with number and size', () => {
      expect(store.approximateBytes).to.equal(0);

      store.set(a, 'small', minuteMs);
      const small = store.approximateBytes;
      store.set(b, 'large'.repeat(10_000), minuteMs);

      expect(small).to.be.within(100, 1_000);
      expect(store.approximateBytes).to.be.within(50_000, 52_000);
    });

    it('estimates a value on write, not on read', () => {
      let looks = 0;
      const value = {
        get field() {
          return looks++;
        },
      };
      store.set(a, value, minuteMs);
      const atFirst = looks;

      expect(store.approximateBytes).to.be.above(100);
      expect(looks).to.equal(atFirst);
    });

    it('is the sum over all values after any sequence of calls', async () => {
      await fc.assert(fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 100 }), checkSum));
    });

    it('stores a value that cannot be inspected', () => {
      const value = {
        get field(): never {
          throw new Error('not now');
        },
      };

      store.set(a, value, minuteMs);

      expect(store.get(a)).to.equal(value);
    });
  });

  it('keeps hot keys while a hundred times its capacity passes through, although not every read moves them', () => {
    const { local: largeLocal, store: large } = newStore(clock, { lruSize: 100 });
    large.set(a, 1, dayMs);

    for (let n = 0; n < 10_000; n++) {
      large.set(testKey(`passing ${n}`), n, dayMs);
      expect(large.get(a)).to.equal(1);
    }

    expect(large.size).to.equal(100);
    largeLocal.dispose();
  });

  it('keeps hot keys where maxBytes allows far fewer values than lruSize', () => {
    const { local: heavyLocal, store: heavy } = newStore(clock, { lruSize: 10_000, maxBytes: 100_000 });
    heavy.set(a, 1, dayMs);

    for (let n = 0; n < 1_000; n++) {
      heavy.set(testKey(`passing ${n}`), 'x'.repeat(5_000), dayMs);
      expect(heavy.get(a), `after ${n}`).to.equal(1);
    }

    expect(heavy.size).to.be.within(15, 20);
    heavyLocal.dispose();
  });
});

const someKeys = ['a', 'bb', 'ccc', 'd'.repeat(50), 'e', 'f', 'g', 'h'].map(testKey);
const someKey = fc.constantFrom(...someKeys);
const call = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      set: someKey,
      bytes: fc.constantFrom(0.25, 100, 700.5, 2_500, 5_000),
      ttlMs: fc.constantFrom(10, 1_000, Infinity),
    }),
  },
  { weight: 2, arbitrary: fc.record({ setLastValueAgain: someKey }) },
  { weight: 4, arbitrary: fc.record({ name: fc.constantFrom('get' as const, 'peek' as const, 'delete' as const), key: someKey }) },
  { weight: 2, arbitrary: fc.record({ elapseMs: fc.constantFrom(1, 10, 40_000) }) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);

type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

/** Applies the calls to a store that is bounded by number and by memory, and then compares its sum with its values. */
async function checkSum(calls: readonly Call[]): Promise<void> {
  const clock = new FakeClock();
  const local = new CacheableLocalStore<TestValue>({ lruSize: 6, maxBytes: 4_000, bytesOf: ({ content }) => content as number, clock });
  let last = new TestValue(1, Infinity);
  for (const one of calls) {
    if (one === 'clear') local.clear();
    else if ('elapseMs' in one) await clock.advance(one.elapseMs);
    else if ('setLastValueAgain' in one) local.set(one.setLastValueAgain, last);
    else if ('set' in one) local.set(one.set, (last = new TestValue(one.bytes, clock.elapsed() + one.ttlMs)));
    else local[one.name](one.key);
  }

  for (const key of someKeys) local.get(key);
  const kept = [...local.keys()];
  const sum = kept.reduce((bytes, key) => bytes + emptyEntryBytes + key.length + local.peek(key)!.bytes, 0);
  expect([local.approximateBytes, local.size]).to.deep.equal([sum, kept.length]);
  expect(sum).to.be.at.most(4_000);
  for (const key of someKeys) local.delete(key);
  expect([local.approximateBytes, local.size]).to.deep.equal([0, 0]);
  local.dispose();
}

/** Counted for an entry besides key and value. */
const emptyEntryBytes = ((): number => {
  const { local } = newStore(new FakeClock(), { lruSize: 1 });
  const value = new TestValue('any', Infinity);
  local.set(testKey(''), value);
  return local.approximateBytes - value.bytes;
})();
