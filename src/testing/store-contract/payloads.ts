import assert from 'node:assert/strict';
import { freshKeys, type Test } from '../suite-tools';
import type { StoreHarness } from './store-harness';

const minuteMs = 60_000;

/** Text that some serialiser, client or server does not treat as plain text. */
const trickyPayloads = [
  '',
  ' ',
  'undefined',
  'null',
  '0',
  '""',
  '{"value":"v","expires":1}',
  ':colon',
  '::',
  ':base64:aGk=',
  '$1',
  '%s',
  'a\r\n\tb',
];

export function payloadTests(test: Test<StoreHarness>): void {
  test('answers undefined for a key that it never saw', async ({ store }) => {
    const key = freshKeys();

    assert.equal(await store.get(key('a')), undefined);
    assert.deepEqual(await store.getMany([key('a'), key('b')]), [undefined, undefined]);
  });

  test('returns every payload unchanged, one by one', async ({ store }) => {
    const key = freshKeys();

    for (const payload of trickyPayloads) {
      await store.set(key('a'), payload, minuteMs);
      assert.equal(await store.get(key('a')), payload);
    }
  });

  test('returns every payload unchanged, many at once', async ({ store }) => {
    const key = freshKeys();
    const entries = trickyPayloads.map((payload, index) => ({ key: key(`${index}`), payload, ttlMs: minuteMs }));

    await store.setMany(entries);

    assert.deepEqual(await store.getMany(entries.map((entry) => entry.key)), trickyPayloads);
  });

  test('keeps text of every script, and emoji', async ({ store }) => {
    const key = freshKeys();
    const payload = 'Grüße, Привет, 你好, مرحبا, e\u0301 is not é, 👩‍👩‍👧‍👦';

    await store.set(key('a'), payload, minuteMs);

    assert.equal(await store.get(key('a')), payload);
  });

  test('keeps a payload of a megabyte', async ({ store }) => {
    const key = freshKeys();
    const payload = 'é'.repeat(1024 * 512);

    await store.set(key('a'), payload, minuteMs);

    assert.ok((await store.get(key('a'))) === payload, 'the payload came back changed');
  });

  test('distinguishes keys that look alike', async ({ store }) => {
    const key = freshKeys();
    const keys = ['a', 'A', 'a ', ' a', 'a:', 'a:a', 'é', 'e\u0301', 'a%20', '{a}', "a'b", 'a"b', '🔑', '__proto__'].map(key);

    await store.setMany(keys.map((each, index) => ({ key: each, payload: `${index}`, ttlMs: minuteMs })));

    assert.deepEqual(await store.getMany(keys), Object.keys(keys));
  });

  test('distinguishes very long keys by their last character', async ({ store }) => {
    const key = freshKeys();
    const long = 'k'.repeat(10_000);

    await store.set(key(`${long}1`), 'one', minuteMs);
    await store.set(key(`${long}2`), 'two', minuteMs);

    assert.deepEqual(await store.getMany([key(`${long}2`), key(`${long}1`)]), ['two', 'one']);
  });

  test('answers many in the order of the keys, also absent and repeated ones', async ({ store }) => {
    const key = freshKeys();
    await store.set(key('a'), '1', minuteMs);
    await store.set(key('c'), '3', minuteMs);

    const answers = await store.getMany([key('c'), key('b'), key('a'), key('c')]);

    assert.deepEqual(answers, ['3', undefined, '1', '3']);
  });

  test('accepts empty lists', async ({ store }) => {
    assert.deepEqual(await store.getMany([]), []);
    await store.setMany([]);
    await store.delete([]);
  });

  test('keeps the last write', async ({ store }) => {
    const key = freshKeys();

    await store.set(key('a'), 'old', minuteMs);
    await store.set(key('a'), 'new', minuteMs);
    await store.setMany(['old', 'new'].map((payload) => ({ key: key('b'), payload, ttlMs: minuteMs })));

    assert.deepEqual(await store.getMany([key('a'), key('b')]), ['new', 'new']);
  });

  test('deletes the named keys, also absent ones, and no other', async ({ store }) => {
    const key = freshKeys();
    await store.setMany(['a', 'b', 'c'].map((name) => ({ key: key(name), payload: name, ttlMs: minuteMs })));

    await store.delete([key('a'), key('absent'), key('c'), key('a')]);
    await store.delete([key('absent')]);

    assert.deepEqual(await store.getMany([key('a'), key('b'), key('c')]), [undefined, 'b', undefined]);
  });

  test('does not mix up 200 concurrent calls', async ({ store }) => {
    const key = freshKeys();
    const rounds = Array.from({ length: 50 }, (_, index) => ({
      payload: `payload ${index}`,
      kept: key(`kept${index}`),
      doomed: key(`doomed${index}`),
      written: key(`written${index}`),
    }));
    await store.setMany(
      rounds.flatMap(({ payload, kept, doomed }) => [kept, doomed].map((each) => ({ key: each, payload, ttlMs: minuteMs }))),
    );

    const answers = await Promise.all(
      rounds.map(({ payload, kept, doomed, written }) =>
        Promise.all([store.get(kept), store.getMany([key('absent'), kept]), store.set(written, payload, minuteMs), store.delete([doomed])]),
      ),
    );

    const payloads = rounds.map(({ payload }) => payload);
    assert.deepEqual(
      answers.map(([one]) => one),
      payloads,
    );
    assert.deepEqual(
      answers.map(([, many]) => many),
      payloads.map((payload) => [undefined, payload]),
    );
    assert.deepEqual(await store.getMany(rounds.map(({ written }) => written)), payloads);
    assert.deepEqual(
      await store.getMany(rounds.map(({ doomed }) => doomed)),
      payloads.map(() => undefined),
    );
  });
}
