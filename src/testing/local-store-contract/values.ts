import assert from 'node:assert/strict';
import { type Test, testKey } from '../suite-tools';
import { TestValue, longMs, type LocalStoreTools, shortMs, pastShortMs } from './local-store-harness';

export function valueTests(test: Test<LocalStoreTools>): void {
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
}

const lifeOf: Readonly<Record<string, number>> = { dead: shortMs, endless: Infinity };

export function listingTests(test: Test<LocalStoreTools>): void {
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
}
