import { expect } from 'chai';
import { FakeClock, FakeLocalStore, localStoreContract, testKey } from '../../src/testing';
import { TestValue } from '../../src/testing/local-store-contract/local-store-harness';

localStoreContract('FakeLocalStore', () => {
  const clock = new FakeClock();
  return {
    store: new FakeLocalStore<TestValue>(clock, { maxEntries: 20, maxBytes: 100_000, bytesOf: ({ content }) => String(content).length }),
    capacity: 20,
    maxBytes: 100_000,
    elapsed: () => clock.elapsed(),
    elapse: (ms) => clock.advance(ms),
  };
});

describe('FakeLocalStore', () => {
  it('evicts the least recently used entry', () => {
    const store = new FakeLocalStore<TestValue>(new FakeClock(), { maxEntries: 2 });
    const [one, two, three] = [1, 2, 3].map((content) => new TestValue(content, Infinity)) as [TestValue, TestValue, TestValue];
    store.set(testKey('a'), one);
    store.set(testKey('b'), two);
    store.get(testKey('a'));

    store.set(testKey('c'), three);

    expect(['a', 'b', 'c'].map((name) => store.get(testKey(name)))).to.deep.equal([one, undefined, three]);
  });
});
