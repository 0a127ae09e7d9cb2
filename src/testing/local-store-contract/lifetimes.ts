import assert from 'node:assert/strict';
import { type Test, testKey } from '../suite-tools';
import { TestValue, longMs, pastShortMs, shortMs, type LocalStoreTools } from './local-store-harness';

/** Longer than a timer of Node can wait. */
const monthMs = 30 * 24 * 60 * 60 * 1000;

export function lifetimeTests(test: Test<LocalStoreTools>): void {
  test('does not return a value that was dead when it was set', async ({ local, store, elapse }) => {
    await elapse(pastShortMs);
    store.set(testKey('a'), 'former', longMs);

    local.set(testKey('a'), new TestValue('dead', shortMs));

    assert.deepEqual([store.peek(testKey('a')), store.get(testKey('a')), store.delete(testKey('a'))], [undefined, undefined, false]);
    assert.deepEqual([[...store.keys()], store.size, store.approximateBytes], [[], 0, 0]);
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
}
