import assert from 'node:assert/strict';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { type Test, freshKeys, textOf, eventually } from '../suite-tools';
import type { StoreHarness } from './store-harness';

const outOfReach = { name: 'CacheError', code: 'CACHE_TIER_UNAVAILABLE' };
const minuteMs = 60_000;

const everyOperation: { readonly [operation in keyof Store]: (store: Store, key: SanitizedKey, payload: string) => Promise<unknown> } = {
  get: (store, key) => store.get(key),
  getMany: (store, key) => store.getMany([key]),
  set: (store, key, payload) => store.set(key, payload, minuteMs),
  setMany: (store, key, payload) => store.setMany([{ key, payload, ttlMs: minuteMs }]),
  delete: (store, key) => store.delete([key]),
  clear: (store, key) => store.clear(key),
};

export function outageTests(test: Test<StoreHarness>): void {
  for (const [operation, call] of Object.entries(everyOperation)) {
    test(`rejects ${operation} while the server is out of reach, and answers again afterwards`, async ({
      store,
      goAway,
      comeBack,
      elapse,
    }) => {
      const key = freshKeys()('a');
      await store.set(key, 'before', minuteMs);

      await goAway();
      await assert.rejects(call(store, key, 'during'), outOfReach);
      await assert.rejects(call(store, key, 'during'), outOfReach);
      await comeBack();

      await eventually(elapse, () => call(store, key, 'after'));
      await store.set(key, 'after', minuteMs);
      assert.equal(await store.get(key), 'after');
    });
  }

  test('never answers undefined for a key that exists while the server goes away', async ({ store, goAway, comeBack }) => {
    const key = freshKeys()('a');
    await store.set(key, 'there', minuteMs);

    const calls = Array.from({ length: 50 }, () => store.get(key));
    const gone = goAway();
    calls.push(...Array.from({ length: 50 }, () => store.get(key)));
    const outcomes = await Promise.allSettled(calls);
    await gone;
    await comeBack();

    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') assert.equal(outcome.value, 'there');
      else assert.equal((outcome.reason as { code?: unknown }).code, outOfReach.code);
    }
  });

  test('has neither keys nor payloads in its errors', async ({ store, goAway, comeBack }) => {
    const key = freshKeys()('a-secret-key');
    await store.set(key, 'a-secret-payload', minuteMs);

    await goAway();
    const calls = Object.values(everyOperation).map((call) => call(store, key, 'a-secret-payload'));
    const outcomes = await Promise.allSettled(calls);
    await comeBack();

    for (const outcome of outcomes) {
      assert.equal(outcome.status, 'rejected');
      assert.doesNotMatch(textOf(outcome), /a-secret/);
    }
  });
}
