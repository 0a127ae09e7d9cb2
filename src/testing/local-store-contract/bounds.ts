import assert from 'node:assert/strict';
import { type Test, testKey } from '../suite-tools';
import { longMs, pastShortMs, shortMs, type LocalStoreTools } from './local-store-harness';

export function boundTests(test: Test<LocalStoreTools>): void {
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
}

/** Text of the given length that begins with a number, so that no two are equal. */
function textOf(length: number, index: number): string {
  return `${index} `.padEnd(Math.floor(length), 'x');
}
