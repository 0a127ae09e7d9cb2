import assert from 'node:assert/strict';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { freshKeys, type Test } from '../suite-tools';
import type { StoreHarness } from './store-harness';

/** Prefixes that are patterns to some matcher, each with a key that the pattern would match and the prefix does not. */
const patterns: readonly (readonly [prefix: string, neighbour: string])[] = [
  ['*', 'x1'],
  ['a*:', 'ab:1'],
  ['a?:', 'ab:1'],
  ['[ab]:', 'a:1'],
  ['[^a]:', 'b:1'],
  ['[a-c]:', 'b:1'],
  ['a-c:', 'a:1'],
  ['^a:', 'a:1'],
  ['a\\*:', 'a*:1'],
  ['a\\', 'a*1'],
  ['a[', 'a1'],
  ['{a,b}:', 'a:1'],
  ['a%:', 'ab:1'],
  ['a_:', 'ab:1'],
  ['a.:', 'ab:1'],
];

export function clearingTests(test: Test<StoreHarness>): void {
  test('clears every one of 1500 keys, and no key that only starts similarly', async ({ store }) => {
    const key = freshKeys();
    const doomed = Array.from({ length: 1500 }, (_, index) => key(`user:${index}`));
    const neighbours = ['user', 'users:1', 'use', 'User:1', 'my:user:1', 'x'].map(key);
    await fill(store, [...doomed, ...neighbours]);

    await store.clear(key('user:'));

    const left = (await store.getMany(doomed)).filter((payload) => payload !== undefined);
    assert.equal(left.length, 0);
    assert.deepEqual(await store.getMany(neighbours), neighbours);
  });

  for (const [prefix, neighbour] of patterns) {
    test(`clears the prefix ${prefix} literally`, async ({ store }) => {
      const key = freshKeys();
      await fill(store, [key(`${prefix}1`), key(`${prefix}2`), key(neighbour)]);

      await store.clear(key(prefix));

      assert.deepEqual(await store.getMany([key(`${prefix}1`), key(`${prefix}2`), key(neighbour)]), [undefined, undefined, key(neighbour)]);
    });
  }

  test('clears a key that is the prefix itself, and payloads of every lifetime', async ({ store }) => {
    const key = freshKeys();
    await store.set(key('a'), '1', 60_000);
    await store.set(key('ab'), '2', Infinity);

    await store.clear(key('a'));

    assert.deepEqual(await store.getMany([key('a'), key('ab')]), [undefined, undefined]);
  });

  test('leaves the keys of other programs alone', async ({ store, foreign }) => {
    const key = freshKeys();
    const prefix = key('mine:');
    const others = [prefix.slice(0, -1), `${prefix.slice(0, -1)}s:1`, prefix.slice(1), `other:${prefix}1`, prefix.toUpperCase()];
    for (const other of others) await foreign.set(other, 'theirs');
    await fill(store, [key('mine:1')]);

    await store.clear(prefix);

    assert.equal(await store.get(key('mine:1')), undefined);
    for (const other of others) assert.equal(await foreign.get(other), 'theirs');
  });

  test('accepts a clear of no keys, and stores payloads afterwards', async ({ store }) => {
    const key = freshKeys();

    await store.clear(key('a:'));
    await Promise.all([store.clear(key('a:')), store.clear(key('a:'))]);
    await fill(store, [key('a:1')]);

    assert.equal(await store.get(key('a:1')), key('a:1'));
  });
}

/** The payload of each key is the key itself. */
async function fill(store: Store, keys: readonly SanitizedKey[]): Promise<void> {
  await store.setMany(keys.map((key) => ({ key, payload: key, ttlMs: 60_000 })));
}
