import assert from 'node:assert/strict';
import { emulateTagUpdate } from '../../domain/l2/store-updates';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, TagTexts, TagUpdate } from '../../ports/store';
import { type Test, freshKeys } from '../suite-tools';
import type { StoreHarness } from './store-harness';

const lost = ['text', '-1,0', '1', '', `${10n ** 30n},0`, '8000000000000001,0', '1.5,0', '5,6'];

/** Every store can do it, by its own command or as the cache emulates it. */
export function tagUpdateTests(test: Test<StoreHarness>): void {
  test('begins a state with the time of the server in microseconds, and steps it with each invalidation', async ({ store }) => {
    const { change, state, tag } = names();

    const [first] = await updateTags(store, change('none'));
    const [clock, cleared] = numbers(first);
    assert.ok(clock > 0 && clock === cleared, first);
    assert.deepEqual(await updateTags(store, change('remove')), [`${clock + 1},${clock + 1}`]);
    assert.deepEqual(await updateTags(store, change('remove', tag('a'))), [`${clock + 2},${clock + 1}`, undefined]);
    assert.deepEqual(await updateTags(store, change('none')), [`${clock + 2},${clock + 1}`]);
    assert.equal(await store.get(state), `${clock + 2},${clock + 1}`);
  });

  test('makes missing tags with the present time, and changes those that exist', async ({ store }) => {
    const { change, tag } = names();
    const [state] = await updateTags(store, change('none', tag('a'), tag('b')));
    const [clock, cleared] = numbers(state);

    assert.deepEqual(await store.getMany([tag('a'), tag('b')]), [`${clock},0`, `${clock},0`]);
    assert.deepEqual(await updateTags(store, change('expire', tag('a'))), [`${clock + 1},${cleared}`, `${clock},${clock + 1}`]);
    assert.deepEqual(await updateTags(store, change('remove', tag('a'), tag('c'), tag('b'))), [
      `${clock + 2},${cleared}`,
      `${clock + 2},${clock + 1}`,
      undefined,
      `${clock + 2},0`,
    ]);
    assert.equal(await store.get(tag('c')), undefined);
  });

  for (const text of lost) {
    test(`counts a state that is ${JSON.stringify(text)} as lost, and heals it`, async ({ store }) => {
      const { change, state } = names();
      await store.set(state, text, 60_000);

      const [healed] = await updateTags(store, change('none'));
      const [clock, cleared] = numbers(healed);
      assert.ok(clock > 0 && clock === cleared, healed);
      assert.equal(await store.get(state), healed);
    });
  }

  test('starts a lost clock above the times of the tags', async ({ store }) => {
    const { change, tag } = names();
    await store.set(tag('a'), '7000000000000000,0', 60_000);

    const [state] = await updateTags(store, change('none', tag('a')));
    assert.deepEqual(numbers(state), [7_000_000_000_000_000, 7_000_000_000_000_000]);
  });

  test('steps the clock past a time that it had, unless that time is absurd', async ({ store }) => {
    const { change, tag } = names();
    const [state] = await updateTags(store, change('none', tag('a')));
    const [clock] = numbers(state);

    const later = clock + 1_000;
    assert.deepEqual(await updateTags(store, { ...change('none', tag('a')), atLeast: later }), [state, `${clock},0`]);
    assert.deepEqual(await updateTags(store, { ...change('remove', tag('a')), atLeast: later }), [
      `${later + 1},${clock}`,
      `${later + 1},0`,
    ]);
    assert.deepEqual(await updateTags(store, { ...change('expire', tag('a')), atLeast: clock }), [
      `${later + 2},${clock}`,
      `${later + 1},${later + 2}`,
    ]);
    const [absurd] = await updateTags(store, { ...change('remove', tag('a')), atLeast: 7.9e15 });
    assert.equal(numbers(absurd)[0], later + 3);
  });

  test('loses no invalidation of many that are made in the same moment', async ({ store }) => {
    if (store.updateTags === undefined) return;
    const { change, tag } = names();
    const [state] = await updateTags(store, change('none', tag('a')));
    const [clock] = numbers(state);
    const replies = await Promise.all(Array.from({ length: 20 }, () => updateTags(store, change('remove', tag('a')))));

    assert.equal(new Set(replies.map(([text]) => text)).size, 20);
    assert.equal(await store.get(tag('a')), `${clock + 20},0`);
  });

  test('keeps a tag at least for the given time, and never shortens its life', async ({ elapse, store }) => {
    const { state, tag } = names();
    const keep = (ms: number): Promise<unknown> => updateTags(store, { state, tags: [tag('a')], change: 'none', atLeast: 0, tagTtlMs: ms });
    await keep(60_000);
    if (store.updateTags !== undefined) await keep(300);
    await elapse(600);
    assert.notEqual(await store.get(tag('a')), undefined);
    assert.notEqual(await store.get(state), undefined);
  });
}

async function updateTags(store: Store, update: TagUpdate): Promise<TagTexts> {
  return (await store.updateTags?.(update)) ?? emulateTagUpdate(store, update, Date.now());
}

function names(): {
  readonly state: SanitizedKey;
  readonly tag: (name: string) => SanitizedKey;
  readonly change: (change: TagUpdate['change'], ...tags: readonly SanitizedKey[]) => TagUpdate;
} {
  const key = freshKeys();
  // One slot of a cluster, as the cache names them.
  const state = key('{n}state');
  const tag = (name: string): SanitizedKey => key(`{n}tag:${name}`);
  return { state, tag, change: (change, ...tags) => ({ state, tags, change, atLeast: 0, tagTtlMs: 60_000 }) };
}

function numbers(text: string | undefined): readonly [number, number] {
  const [first = NaN, second = NaN] = (text ?? '').split(',').map(Number);
  return [first, second];
}
