import { expect } from 'chai';

import { DeadlineStore } from '../../../src/domain/l2/deadline-store';
import { CacheError } from '../../../src/domain/cache-error';
import type { Store } from '../../../src/ports/store';
import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeStore } from '../../../src/testing/fake-store';
import { testKey } from '../../../src/testing/suite-tools';
import { rejectionOf } from '../../builders/rejection-of';

const deadlines = { readMs: 250, writeMs: 1_000, clearMs: 30_000, closeMs: 2_000 };
const key = testKey('a');
const other = testKey('b');
const maxPayloadBytes = 100;

const operations: Readonly<Record<keyof Store, readonly [ms: number, call: (store: Store) => Promise<unknown>]>> = {
  get: [250, (store) => store.get(key)],
  getMany: [250, (store) => store.getMany([key])],
  set: [1_000, (store) => store.set(key, 'payload', 1)],
  setMany: [1_000, (store) => store.setMany([{ key, payload: 'payload', ttlMs: 1 }])],
  delete: [1_000, (store) => store.delete([key])],
  clear: [30_000, (store) => store.clear(key)],
  updateTags: [1_000, async (store) => store.updateTags?.({ state: key, tags: [], change: 'remove', atLeast: 0, tagTtlMs: 1 })],
  updateRow: [1_000, async (store) => store.updateRow?.(key, { change: 'expire' })],
};

describe('DeadlineStore', () => {
  let clock: FakeClock;
  let inner: FakeStore;
  let store: DeadlineStore;

  beforeEach(() => {
    clock = new FakeClock();
    inner = new FakeStore(clock);
    store = new DeadlineStore(inner, { deadlines, clock, maxPayloadBytes });
  });

  afterEach(() => {
    expect(clock.waiting).to.equal(0);
  });

  it('reports which deadlines were exceeded', async () => {
    const late: string[] = [];
    store = new DeadlineStore(inner, { deadlines, clock, maxPayloadBytes, onLate: (kind) => late.push(kind) });
    inner.hang();
    const calls = Object.values(operations).map(([, call]) => call(store).catch(() => undefined));

    await clock.advance(30_000);
    await Promise.all(calls);

    expect(late).to.deep.equal(['read', 'read', 'write', 'write', 'write', 'write', 'write', 'clear']);
  });

  for (const [name, [ms, call]] of Object.entries(operations)) {
    it(`gives up ${name} after ${ms} ms, and not before`, async () => {
      inner.hang();
      let outcome = 'waiting';
      const rejection = rejectionOf(call(store)).finally(() => (outcome = 'rejected'));

      await clock.advance(ms - 1);
      expect(outcome).to.equal('waiting');
      await clock.advance(1);

      expect(await rejection)
        .to.be.instanceOf(CacheError)
        .with.property('code', 'CACHE_TIER_UNAVAILABLE');
    });

    it(`leaves no timer when ${name} is answered, or rejected, in time`, async () => {
      await call(store);
      inner.fail(new Error('cut'));
      expect(await rejectionOf(call(store))).to.have.property('message', 'cut');
    });
  }

  it('throws a late answer away, and a late rejection too', async () => {
    inner.hang();
    const late = rejectionOf(store.get(key));
    await clock.advance(250);
    await late;

    inner.fail();
    await clock.advance(1);
  });

  for (const [name, read] of [
    ['get', () => store.get(key)],
    ['getMany', () => store.getMany([other, key])],
  ] as const) {
    it(`deletes a payload that is too long and arrives late, because it would make the next read late too: ${name}`, async () => {
      let reports = 0;
      store = new DeadlineStore(inner, { deadlines, clock, maxPayloadBytes, onOversized: () => reports++ });
      inner.plant(key, 'x'.repeat(101));
      inner.plant(other, 'x'.repeat(100));
      inner.hang();
      const late = rejectionOf(read());
      await clock.advance(250);
      await late;
      inner.heal();
      await clock.advance(1);

      expect([inner.peek(key), inner.peek(other)?.payload.length, reports]).to.deep.equal([undefined, 100, 1]);
    });
  }

  it('leaves a payload that is too long and arrives in time to the reader, which reports it', async () => {
    inner.plant(key, 'x'.repeat(101));

    expect([await store.get(key), inner.peek(key)?.payload]).to.deep.equal(['x'.repeat(101), 'x'.repeat(101)]);
  });

  describe('of a store that cannot update tags', () => {
    const state = testKey('state');
    const update = (change: 'none' | 'remove', ...tags: string[]) => ({
      state,
      tags: tags.map(testKey),
      change,
      atLeast: 0,
      tagTtlMs: 1_000,
    });

    beforeEach(() => {
      // As a plain Keyv adapter, or a server whose user may not run scripts.
      inner.updateTags = () => Promise.resolve(undefined);
    });

    it('loses no update of many in the same moment', async () => {
      await store.updateTags(update('none', 'a'));
      const [first] = (inner.peek(state)?.payload ?? '').split(',').map(Number);
      const texts = await Promise.all(Array.from({ length: 10 }, () => store.updateTags(update('remove', 'a'))));

      expect(new Set(texts.map(([text]) => text))).to.have.property('size', 10);
      expect(inner.peek(testKey('a'))?.payload).to.equal(`${first! + 10},0`);
    });

    it('writes only what it changes', async () => {
      inner.plant(state, '5,1');
      inner.plant(testKey('a'), '3,0');
      await store.updateTags(update('none', 'a', 'b'));

      expect(inner.calls.filter(({ operation }) => operation === 'setMany').map(({ keys }) => keys)).to.deep.equal([['b']]);
    });

    it('goes on after an update that was never answered', async () => {
      inner.hang();
      const late = rejectionOf(store.updateTags(update('remove')));
      await clock.advance(1_000);
      await late;
      inner.heal();
      await clock.advance(1);

      expect(await store.updateTags(update('remove'))).to.have.length(1);
    });
  });
});
