import { expect } from 'chai';

import { WriteBatchingStore } from '../../../src/adapters/store/write-batching-store';
import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeStore } from '../../../src/testing/fake-store';
import { storeContract } from '../../../src/testing/store-contract/store-contract';
import { testKey } from '../../../src/testing/suite-tools';
import { harnessOn } from './on-fake-store';

const a = testKey('a');
const b = testKey('b');
const c = testKey('c');

storeContract('WriteBatchingStore', () => harnessOn((inner) => new WriteBatchingStore(inner)));

describe('WriteBatchingStore', () => {
  let inner: FakeStore;
  let store: WriteBatchingStore;

  beforeEach(() => {
    inner = new FakeStore(new FakeClock());
    store = new WriteBatchingStore(inner);
  });

  describe('writing', () => {
    it('sends the sets of one turn as one', async () => {
      await Promise.all([store.set(a, '1', 100), store.set(b, '2', 200)]);

      expect(inner.calls).to.deep.equal([{ operation: 'setMany', keys: [a, b] }]);
      expect(inner.peek(a)).to.deep.equal({ payload: '1', ttlMs: 100 });
      expect(inner.peek(b)).to.deep.equal({ payload: '2', ttlMs: 200 });
    });

    it('sends the deletes of one turn as one', async () => {
      await Promise.all([store.delete([a]), store.delete([b, c])]);

      expect(inner.calls).to.deep.equal([{ operation: 'delete', keys: [a, b, c] }]);
    });

    it('uses the single form for a single set', async () => {
      await store.set(a, '1', 100);

      expect(inner.calls).to.deep.equal([{ operation: 'set', keys: [a] }]);
      expect(inner.peek(a)).to.deep.equal({ payload: '1', ttlMs: 100 });
    });

    it('keeps the order of sets and deletes', async () => {
      await Promise.all([store.set(a, '1', 100), store.delete([a]), store.delete([b]), store.set(b, '2', 100), store.set(c, '3', 100)]);

      expect(inner.calls.map((call) => call.operation)).to.deep.equal(['set', 'delete', 'setMany']);
      expect([a, b, c].map((key) => inner.peek(key)?.payload)).to.deep.equal([undefined, '2', '3']);
    });

    it('keeps the later of two sets of one key', async () => {
      await Promise.all([store.set(a, 'old', 100), store.set(a, 'new', 200)]);

      expect(inner.peek(a)).to.deep.equal({ payload: 'new', ttlMs: 200 });
    });

    it('sends a full batch of sets, and of deletes, at once', async () => {
      const keys = Array.from({ length: 128 }, (_, index) => testKey(`${index}`));

      const sets = keys.map((key) => store.set(key, '1', 100));
      const deleted = store.delete(keys);
      const sentInTurn = inner.calls.map((call) => call.operation);
      await Promise.all([...sets, deleted]);

      expect(sentInTurn).to.deep.equal(['setMany', 'delete']);
    });

    for (const [name, call] of Object.entries({
      get: () => store.get(a),
      getMany: () => store.getMany([a, b]),
      setMany: () => store.setMany([{ key: a, payload: 'later', ttlMs: 100 }]),
      clear: () => store.clear(a),
    })) {
      it(`sends waiting writes before ${name}`, async () => {
        const written = store.set(a, '1', 100);
        const deleted = store.delete([b]);

        await Promise.all([call(), written, deleted]);

        expect(inner.calls.map((sent) => sent.operation)).to.deep.equal(['set', 'delete', name]);
      });
    }

    it('rejects all calls of a refused batch, and no other', async () => {
      inner.plant(c, '3');
      inner.refuseWrites();

      const [first, second, read] = await Promise.allSettled([store.set(a, '1', 100), store.set(b, '2', 100), store.get(c)]);

      expect(first).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
      expect(second).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
      expect(read).to.deep.equal({ status: 'fulfilled', value: '3' });
    });
  });
});
