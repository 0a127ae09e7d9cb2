import { expect } from 'chai';

import { TurnBatchingStore } from '../../../src/adapters/store/turn-batching-store';
import { CacheError } from '../../../src/domain/cache-error';
import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeStore } from '../../../src/testing/fake-store';
import { storeContract } from '../../../src/testing/store-contract/store-contract';
import { testKey } from '../../../src/testing/test-key';

const a = testKey('a');
const b = testKey('b');
const c = testKey('c');

storeContract('TurnBatchingStore', () => {
  const clock = new FakeClock();
  const inner = new FakeStore(clock);
  return {
    store: new TurnBatchingStore(inner),
    elapse: (ms) => clock.advance(ms),
    goAway: async () => inner.fail(),
    comeBack: async () => inner.heal(),
    foreign: {
      set: async (key, payload) => inner.plant(testKey(key), payload),
      get: async (key) => inner.peek(testKey(key))?.payload,
    },
  };
});

describe('TurnBatchingStore', () => {
  let inner: FakeStore;
  let store: TurnBatchingStore;

  beforeEach(() => {
    inner = new FakeStore(new FakeClock());
    store = new TurnBatchingStore(inner);
  });

  describe('reading', () => {
    it('reads the keys of one turn at once, and gives each caller its own payload', async () => {
      inner.plant(a, '1');
      inner.plant(c, '3');

      const payloads = await Promise.all([store.get(a), store.get(b), store.get(c)]);

      expect(payloads).to.deep.equal(['1', undefined, '3']);
      expect(inner.calls).to.deep.equal([{ operation: 'getMany', keys: [a, b, c] }]);
    });

    it('waits for the reads of microtasks and other callbacks of the turn', async () => {
      const first = store.get(a);
      await Promise.resolve();
      const second = store.get(b);
      const third = new Promise((resolve) => process.nextTick(() => resolve(store.get(c))));
      await Promise.all([first, second, third]);

      expect(inner.calls).to.deep.equal([{ operation: 'getMany', keys: [a, b, c] }]);
    });

    it('reads a key once for several callers', async () => {
      inner.plant(a, '1');

      expect(await Promise.all([store.get(a), store.get(b), store.get(a)])).to.deep.equal(['1', undefined, '1']);
      expect(inner.calls).to.deep.equal([{ operation: 'getMany', keys: [a, b] }]);
    });

    it('uses the single form for a single key', async () => {
      inner.plant(a, '1');

      expect(await Promise.all([store.get(a), store.get(a)])).to.deep.equal(['1', '1']);
      expect(inner.calls).to.deep.equal([{ operation: 'get', keys: [a] }]);
    });

    it('sends a full batch at once and the rest at the end of the turn', async () => {
      const keys = Array.from({ length: 300 }, (_, index) => testKey(`${index}`));

      const payloads = Promise.all(keys.map((key) => store.get(key)));
      const sentInTurn = inner.calls.map((call) => call.keys.length);
      await payloads;

      expect(sentInTurn).to.deep.equal([128, 128]);
      expect(inner.calls.map((call) => call.keys.length)).to.deep.equal([128, 128, 44]);
    });

    it('does not wait for the answer to the batch before', async () => {
      inner.hang();
      const first = store.get(a);
      await nextTurn();

      const second = store.get(b);
      await nextTurn();

      expect(inner.calls).to.have.length(2);
      inner.heal();
      await Promise.all([first, second]);
    });

    it('gives every caller of a rejected batch the same error, and the next turn a new chance', async () => {
      const error = new CacheError('CACHE_TIER_UNAVAILABLE', 'gone');
      inner.fail(error);

      const outcomes = await Promise.allSettled([store.get(a), store.get(b), store.get(a)]);
      inner.heal();

      expect(outcomes).to.deep.equal(Array(3).fill({ status: 'rejected', reason: error }));
      expect(await store.get(a)).to.equal(undefined);
    });

    describe('a value that makes its batch fail', () => {
      const keys = Array.from({ length: 40 }, (_, index) => testKey(`k${index}`));
      const giant = keys[17] ?? a;
      const readAll = async (): Promise<number> => {
        const outcomes = await Promise.allSettled(keys.map((key) => store.get(key)));
        return outcomes.filter(({ status }) => status === 'rejected').length;
      };
      const unavailable = (): CacheError => new CacheError('CACHE_TIER_UNAVAILABLE', 'too late');

      beforeEach(() => {
        for (const key of keys) inner.plant(key, key);
        const [get, getMany] = [inner.get.bind(inner), inner.getMany.bind(inner)];
        inner.get = async (key) => (key === giant && inner.peek(key) !== undefined ? Promise.reject(unavailable()) : get(key));
        inner.getMany = async (some) =>
          some.includes(giant) && inner.peek(giant) !== undefined ? Promise.reject(unavailable()) : getMany(some);
      });

      it('is found by halves, each time the keys are read, and deleted after it failed alone twice', async () => {
        const failures: number[] = [];
        for (let round = 0; round < 9; round++) failures.push(await readAll());

        expect(failures).to.deep.equal([40, 20, 10, 5, 3, 1, 1, 0, 0]);
        expect(inner.peek(giant)).to.equal(undefined);
        expect(keys.filter((key) => inner.peek(key) === undefined)).to.deep.equal([giant]);
      });

      it('is not looked for in an outage: no key is deleted, however often it fails alone', async () => {
        inner.get = () => Promise.reject(unavailable());
        inner.getMany = () => Promise.reject(unavailable());

        for (let round = 0; round < 20; round++) expect(await readAll()).to.equal(40);

        expect(keys.filter((key) => inner.peek(key) === undefined)).to.deep.equal([]);
      });
    });

    it('rejects when the inner store throws instead of rejecting', async () => {
      const error = new Error('thrown');
      inner.get = () => {
        throw error;
      };

      const [outcome] = await Promise.allSettled([store.get(a)]);

      expect(outcome).to.deep.equal({ status: 'rejected', reason: error });
    });
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

    it('writes before it reads', async () => {
      const read = store.get(a);
      const written = store.set(a, '1', 100);

      expect(await Promise.all([read, written])).to.deep.equal(['1', undefined]);
      expect(inner.calls.map((call) => call.operation)).to.deep.equal(['set', 'get']);
    });

    it('writes before it sends a full batch of reads', async () => {
      const written = store.set(a, '1', 100);
      const keys = Array.from({ length: 128 }, (_, index) => testKey(`${index}`));
      await Promise.all([written, ...keys.map((key) => store.get(key))]);

      expect(inner.calls.map((call) => call.operation)).to.deep.equal(['set', 'getMany']);
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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
