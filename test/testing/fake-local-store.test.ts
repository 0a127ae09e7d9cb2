import { expect } from 'chai';
import { FakeClock, FakeLocalStore, localStoreContract, testKey } from '../../src/testing';

localStoreContract('FakeLocalStore', () => {
  const clock = new FakeClock();
  return {
    store: new FakeLocalStore(clock, { maxEntries: 20, maxBytes: 100_000 }),
    capacity: 20,
    maxBytes: 100_000,
    elapse: (ms) => clock.advance(ms),
  };
});

describe('FakeLocalStore', () => {
  it('evicts the least recently used entry', () => {
    const store = new FakeLocalStore<number>(new FakeClock(), { maxEntries: 2 });
    store.set(testKey('a'), 1, Infinity);
    store.set(testKey('b'), 2, Infinity);
    store.get(testKey('a'));

    store.set(testKey('c'), 3, Infinity);

    expect(['a', 'b', 'c'].map((name) => store.get(testKey(name)))).to.deep.equal([1, undefined, 3]);
  });
});
