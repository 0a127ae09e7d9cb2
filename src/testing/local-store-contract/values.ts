import assert from 'node:assert/strict';
import type { Test } from '../suite';
import { testKey } from '../test-key';
import { TestValue, longMs, type LocalStoreTools } from './local-store-harness';

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
