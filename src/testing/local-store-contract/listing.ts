import assert from 'node:assert/strict';
import type { Test } from '../suite';
import { testKey } from '../test-key';
import { longMs, pastShortMs, shortMs, type LocalStoreTools } from './local-store-harness';

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
