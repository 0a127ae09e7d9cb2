import assert from 'node:assert/strict';
import { freshKeys, type Test } from '../suite-tools';
import type { StoreHarness } from './store-harness';

const shortMs = 100;
const pastShortMs = 200;
const longMs = 60_000;
/** Longer than a timer of Node can wait. */
const monthMs = 30 * 24 * 60 * 60 * 1000;

export function lifetimeTests(test: Test<StoreHarness>): void {
  test('expires each payload after its own lifetime', async ({ store, elapse }) => {
    const key = freshKeys();
    await store.set(key('short'), '1', shortMs);
    await store.set(key('long'), '2', longMs);
    await store.set(key('month'), '3', monthMs);
    await store.set(key('endless'), '4', Infinity);

    await elapse(pastShortMs);

    assert.equal(await store.get(key('short')), undefined);
    assert.deepEqual(await store.getMany(['short', 'long', 'month', 'endless'].map(key)), [undefined, '2', '3', '4']);
  });

  test('expires each of many payloads after its own lifetime', async ({ store, elapse }) => {
    const key = freshKeys();
    await store.setMany([
      { key: key('short'), payload: '1', ttlMs: shortMs },
      { key: key('long'), payload: '2', ttlMs: longMs },
      { key: key('endless'), payload: '3', ttlMs: Infinity },
    ]);

    await elapse(pastShortMs);

    assert.deepEqual(await store.getMany(['short', 'long', 'endless'].map(key)), [undefined, '2', '3']);
  });

  test('counts the lifetime from the last write', async ({ store, elapse }) => {
    const key = freshKeys();
    await store.set(key('longer'), 'old', shortMs);
    await store.set(key('longer'), 'new', longMs);
    await store.set(key('endless'), 'old', shortMs);
    await store.set(key('endless'), 'new', Infinity);
    await store.set(key('shorter'), 'old', longMs);
    await store.set(key('shorter'), 'new', shortMs);
    await store.set(key('ends'), 'old', Infinity);
    await store.set(key('ends'), 'new', shortMs);

    await elapse(pastShortMs);

    assert.deepEqual(await store.getMany(['longer', 'endless', 'shorter', 'ends'].map(key)), ['new', 'new', undefined, undefined]);
  });

  test('accepts lifetimes with fractions of milliseconds', async ({ store }) => {
    const key = freshKeys();

    await store.set(key('a'), '1', longMs + 0.5);
    await store.set(key('instant'), '1', 0.25);
    await store.setMany([{ key: key('b'), payload: '2', ttlMs: longMs + 0.1 }]);

    assert.deepEqual(await store.getMany([key('a'), key('b')]), ['1', '2']);
  });
}
