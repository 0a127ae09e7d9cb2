import assert from 'node:assert/strict';
import type { LocalStore } from '../ports/local-store';
import { ContentStore, TestValue } from './content-store';
import { suite, type Harness } from './suite';
import { testKey } from './test-key';

export interface LocalStoreHarness extends Harness {
  /** Empty. */
  readonly store: LocalStore<TestValue>;
  /** How many entries the store holds at most; 10 to 10 000. */
  readonly capacity: number;
  /** The store's memory bound by its own estimate: more than `capacity` small values, and at least 100 000. */
  readonly maxBytes: number;
  /** The time by which the store expires its values: `Clock.elapsed()`. */
  readonly elapsed: () => number;
  /** Lets time pass for the lifetimes of values, in milliseconds. */
  readonly elapse: (ms: number) => void | Promise<void>;
}

interface Tools extends Pick<LocalStoreHarness, 'capacity' | 'maxBytes' | 'elapse' | 'close'> {
  /** The store of the harness. */
  readonly local: LocalStore<TestValue>;
  /** The same store, written and read by content. */
  readonly store: ContentStore;
}

const shortMs = 50;
const pastShortMs = 100;
const longMs = 60_000;
/** Longer than a timer of Node can wait. */
const monthMs = 30 * 24 * 60 * 60 * 1000;

const lifeOf: Readonly<Record<string, number>> = { dead: shortMs, endless: Infinity };

/** Tests everything that the cache relies on in a {@link LocalStore}. */
export function localStoreContract(name: string, makeHarness: () => LocalStoreHarness | Promise<LocalStoreHarness>): void {
  const makeTools = async (): Promise<Tools> => {
    const harness = await makeHarness();
    const { capacity, maxBytes, store: local } = harness;
    const store = new ContentStore(local, () => harness.elapsed());
    return { local, store, capacity, maxBytes, elapse: (ms: number) => harness.elapse(ms), close: () => harness.close?.() };
  };

  suite(`${name} keeps the LocalStore contract`, makeTools, (test) => {
    test('is empty at first, also for names that objects inherit', ({ store }) => {
      for (const name of ['a', '', '__proto__', 'constructor', 'toString']) assert.equal(store.get(testKey(name)), undefined);
      assert.equal(store.size, 0);
    });

    test('returns the very value that it was given', ({ store }) => {
      const values = [{}, [], new Map(), () => 1, Symbol('s'), 0, '', false, null, NaN, 10n];

      values.forEach((value, index) => {
        store.set(testKey(`${index}`), value, longMs);
      });

      values.forEach((value, index) => {
        assert.ok(Object.is(store.get(testKey(`${index}`)), value), `value ${index} came back changed`);
      });
      assert.equal(store.size, values.length);
    });

    test('returns the very object that it was given', ({ local }) => {
      const value = new TestValue('content', Infinity);

      local.set(testKey('a'), value);

      assert.equal(local.get(testKey('a')), value);
      assert.equal(local.peek(testKey('a')), value);
    });

    test('distinguishes keys that look alike', ({ store }) => {
      const keys = ['a', 'A', 'a ', 'é', 'e\u0301', '__proto__', 'constructor', '', 'k'.repeat(10_000), `${'k'.repeat(10_000)}1`].map(
        testKey,
      );

      keys.forEach((key, index) => {
        store.set(key, index, longMs);
      });

      assert.deepEqual(
        keys.map((key) => store.get(key)),
        [...keys.keys()],
      );
    });

    test('keeps the last write, once', ({ store }) => {
      store.set(testKey('a'), 'old', longMs);
      store.set(testKey('a'), 'new', longMs);

      assert.equal(store.get(testKey('a')), 'new');
      assert.equal(store.size, 1);
    });

    test('deletes, and says whether the key had a value', ({ store }) => {
      store.set(testKey('a'), null, longMs);

      assert.deepEqual([store.delete(testKey('a')), store.delete(testKey('a')), store.delete(testKey('b'))], [true, false, false]);
      assert.equal(store.get(testKey('a')), undefined);
      assert.equal(store.size, 0);
    });

    test('is empty after clear, and keeps working', ({ store }) => {
      store.set(testKey('a'), 1, longMs);
      store.set(testKey('b'), 2, Infinity);

      store.clear();
      assert.deepEqual([store.get(testKey('a')), store.get(testKey('b')), store.size], [undefined, undefined, 0]);

      store.set(testKey('a'), 3, longMs);
      assert.equal(store.get(testKey('a')), 3);
    });

    test('does not return a value that was dead when it was set', async ({ local, store, elapse }) => {
      await elapse(pastShortMs);
      store.set(testKey('a'), 'former', longMs);

      local.set(testKey('a'), new TestValue('dead', shortMs));

      assert.deepEqual([store.peek(testKey('a')), store.get(testKey('a')), store.delete(testKey('a'))], [undefined, undefined, false]);
      assert.deepEqual([[...store.keys()], store.size, store.approximateBytes], [[], 0, 0]);
    });

    test('holds a value once that is set again, also one that has grown', ({ local }) => {
      const content = ['text'];
      const value = new TestValue(content, Infinity);
      local.set(testKey('a'), value);
      const once = local.approximateBytes;

      content.push('more'.repeat(100));
      local.set(testKey('a'), value);

      assert.deepEqual([local.get(testKey('a')), local.size, local.approximateBytes], [value, 1, once]);
      assert.equal(local.delete(testKey('a')), true);
      assert.equal(local.approximateBytes, 0);
    });

    test('holds a value under each of its keys, and counts it for each', async ({ local, elapse }) => {
      const value = new TestValue('text', longMs);
      for (const name of ['a', 'b', 'c']) local.set(testKey(name), value);
      const bytes = local.approximateBytes;

      local.delete(testKey('a'));

      assert.deepEqual([local.get(testKey('a')), local.get(testKey('b')), local.size], [undefined, value, 2]);
      assert.equal(local.approximateBytes, (bytes / 3) * 2);
      local.set(testKey('b'), new TestValue('text', longMs));
      assert.equal(local.approximateBytes, (bytes / 3) * 2);
      await elapse(2 * longMs);
      for (const name of ['b', 'c']) assert.equal(local.get(testKey(name)), undefined);
      assert.deepEqual([local.expired, local.approximateBytes], [2, 0]);
    });

    test('expires each value after its own lifetime', async ({ store, elapse }) => {
      store.set(testKey('short'), 1, shortMs);
      store.set(testKey('long'), 2, longMs);
      store.set(testKey('month'), 3, monthMs);
      store.set(testKey('endless'), 4, Infinity);

      await elapse(pastShortMs);

      const values = ['short', 'long', 'month', 'endless'].map((name) => store.get(testKey(name)));
      assert.deepEqual(values, [undefined, 2, 3, 4]);
    });

    test('counts the lifetime from the last write', async ({ store, elapse }) => {
      store.set(testKey('longer'), 'old', shortMs);
      store.set(testKey('longer'), 'new', longMs);
      store.set(testKey('endless'), 'old', shortMs);
      store.set(testKey('endless'), 'new', Infinity);
      store.set(testKey('shorter'), 'old', longMs);
      store.set(testKey('shorter'), 'new', shortMs);

      await elapse(pastShortMs);

      const values = ['longer', 'endless', 'shorter'].map((name) => store.get(testKey(name)));
      assert.deepEqual(values, ['new', 'new', undefined]);
    });

    test('holds no more than its capacity, keeps the newest, and reports the number of evictions', ({ store, capacity }) => {
      let evicted = 0;
      store.onEvict((count) => (evicted += count));

      for (let index = 0; index < capacity + 5; index++) store.set(testKey(`${index}`), index, longMs);

      assert.equal(store.size, capacity);
      assert.equal(evicted, 5);
      assert.equal(store.get(testKey(`${capacity + 4}`)), capacity + 4);
    });

    test('reports evictions only: not overwriting, deleting, clearing or expiry', async ({ store, capacity, elapse }) => {
      let evicted = 0;
      store.onEvict((count) => (evicted += count));
      const fill = (ttlMs: number): void => {
        for (let index = 0; index < capacity; index++) store.set(testKey(`${index}`), index, ttlMs);
      };

      fill(longMs);
      fill(longMs);
      store.delete(testKey('0'));
      store.clear();
      fill(shortMs);
      await elapse(pastShortMs);
      assert.equal(store.get(testKey('0')), undefined);

      assert.equal(evicted, 0);
    });

    test('counts each expired value once, however it is noticed', async ({ store, elapse }) => {
      for (const name of ['read', 'deleted', 'replaced', 'alive']) store.set(testKey(name), 1, name === 'alive' ? longMs : shortMs);
      await elapse(pastShortMs);

      store.get(testKey('read'));
      store.get(testKey('read'));
      store.delete(testKey('deleted'));
      store.set(testKey('replaced'), 2, longMs);
      store.delete(testKey('alive'));
      store.delete(testKey('absent'));

      assert.equal(store.expired, 3);
    });

    test('takes no more memory than its bound, keeps the newest, and reports the number of evictions', ({ store, maxBytes }) => {
      let evicted = 0;
      store.onEvict((count) => (evicted += count));

      for (let index = 0; index < 10; index++) {
        store.set(testKey(`${index}`), textOf(maxBytes / 4, index), longMs);
        assert.ok(store.approximateBytes <= maxBytes, `${store.approximateBytes} bytes`);
      }

      assert.equal(store.size, 3);
      assert.equal(evicted, 7);
      assert.equal(store.get(testKey('9')), textOf(maxBytes / 4, 9));
    });

    test('makes room for a value that has grown, without evicting that value', ({ store, maxBytes }) => {
      for (const name of ['a', 'b', 'c']) store.set(testKey(name), textOf(maxBytes / 4, 0), longMs);

      store.set(testKey('a'), textOf(maxBytes / 2, 1), longMs);

      const kept = ['a', 'b', 'c'].map((name) => store.get(testKey(name)) !== undefined);
      assert.deepEqual(kept, [true, false, true]);
    });

    test('keeps a value that is read while large values come and go', ({ store, maxBytes }) => {
      store.set(testKey('read'), 1, longMs);

      for (let index = 0; index < 50; index++) {
        store.set(testKey(`${index}`), textOf(maxBytes / 4, index), longMs);
        assert.equal(store.get(testKey('read')), 1);
      }
    });

    test('keeps nothing under a key whose value is too large for it, and leaves the others alone', ({ store, maxBytes }) => {
      store.set(testKey('a'), 'small', longMs);
      store.set(testKey('b'), 'small', longMs);

      store.set(testKey('a'), textOf(2 * maxBytes, 0), longMs);

      assert.deepEqual([store.get(testKey('a')), store.get(testKey('b')), store.size], [undefined, 'small', 1]);
    });

    test('counts no memory for removed values, however they were removed', async ({ store, capacity, elapse }) => {
      const fill = (): void => {
        for (let index = 0; index < 2 * capacity; index++) store.set(testKey(`${index}`), 'text', shortMs);
      };

      fill();
      fill();
      store.delete(testKey(`${2 * capacity - 1}`));
      await elapse(pastShortMs);
      for (let index = 0; index < 2 * capacity; index++) store.get(testKey(`${index}`));

      assert.deepEqual([store.size, store.approximateBytes], [0, 0]);
    });

    test('lists its keys, without expired ones', async ({ store, elapse }) => {
      for (const name of ['dead', 'alive', 'endless', 'deleted']) store.set(testKey(name), name, lifeOf[name] ?? longMs);
      store.delete(testKey('deleted'));
      await elapse(pastShortMs);

      const listed = [...store.keys()].sort();

      assert.deepEqual(listed, ['alive', 'endless']);
      assert.deepEqual(
        ['dead', 'alive', 'endless', 'deleted'].map((name) => store.peek(testKey(name))),
        [undefined, 'alive', 'endless', undefined],
      );
    });

    test('lists a key once while others come and go', ({ store }) => {
      for (let index = 0; index < 8; index++) store.set(testKey(`${index}`), index, longMs);
      const listed: string[] = [];

      for (const key of store.keys()) {
        if (listed.push(key) > 1) continue;
        store.delete(testKey('7'));
        store.set(testKey('new'), 1, longMs);
      }

      const stayed = ['0', '1', '2', '3', '4', '5', '6'];
      assert.deepEqual(listed.filter((key) => stayed.includes(key)).sort(), stayed);
    });

    test('evicts a value that was only peeked at', ({ store, capacity }) => {
      for (let index = 0; index < capacity; index++) store.set(testKey(`${index}`), index, longMs);

      for (let index = 0; index < capacity; index++) {
        assert.equal(store.peek(testKey('0')), index === 0 ? 0 : undefined);
        assert.equal([...store.keys()].length, capacity);
        store.set(testKey(`new ${index}`), index, longMs);
      }

      assert.equal(store.peek(testKey('0')), undefined);
    });

    test('does not notify a listener that was removed', ({ store, capacity }) => {
      let evicted = 0;
      const leave = store.onEvict((count) => (evicted += count));
      leave();
      leave();

      for (let index = 0; index <= capacity; index++) store.set(testKey(`${index}`), index, longMs);

      assert.equal(evicted, 0);
    });

    test('estimates more bytes for more content, and none for nothing', ({ store }) => {
      const estimates = [store.approximateBytes];
      for (const name of ['a', 'b']) {
        store.set(testKey(name), 'text', longMs);
        estimates.push(store.approximateBytes);
      }
      store.clear();

      const [none = NaN, one = NaN, two = NaN] = estimates;
      assert.ok(none === 0 && none < one && one < two, estimates.join(', '));
      assert.equal(store.approximateBytes, 0);
    });
  });
}

/** Text of the given length that begins with a number, so that no two are equal. */
function textOf(length: number, index: number): string {
  return `${index} `.padEnd(Math.floor(length), 'x');
}
