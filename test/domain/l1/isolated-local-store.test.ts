import { expect } from 'chai';

import { deepFreeze, IsolatedLocalStore } from '../../../src/domain/l1/isolated-local-store';
import { LocalEntry } from '../../../src/domain/entry/entry';

import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeLocalStore } from '../../../src/testing/fake-local-store';
import { testKey } from '../../../src/testing/test-key';

const key = testKey('a');
const cloning = { onWrite: structuredClone, onRead: structuredClone };
const freezing = { onWrite: deepFreeze, onRead: (value: unknown) => value };

function entryOf(value: unknown): LocalEntry {
  return new LocalEntry(value, 1, 1_000, 500, 0);
}

describe('GuardedLocalStore', () => {
  let inner: FakeLocalStore<LocalEntry>;
  beforeEach(() => {
    inner = new FakeLocalStore(new FakeClock());
  });

  it('clones on the way in and on the way out, so that nobody changes what others are given', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    const given = { name: 'a' };
    store.set(key, entryOf(given), 1_000);
    given.name = 'changed after set';

    const first = store.get(key)?.value as typeof given;
    first.name = 'changed after get';

    expect(store.get(key)?.value).to.deep.equal({ name: 'a' });
  });

  it('freezes what it takes in', () => {
    const store = new IsolatedLocalStore(inner, freezing);
    const given = { list: [1] };
    store.set(key, entryOf(given), 1_000);

    expect(() => given.list.push(2)).to.throw(TypeError);
  });

  it('hands out what is known of where an entry comes from', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    const entry = entryOf('from layer 2');
    entry.validatedAs = { version: 3, schema: undefined };
    store.set(key, entry, 1_000);

    expect([store.get(key)?.validatedAs, store.peek(key)?.validatedAs]).to.deep.equal([entry.validatedAs, entry.validatedAs]);
  });

  it('hands out the life of an entry unchanged', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    store.set(key, entryOf(1), 1_000);

    expect(store.get(key)).to.deep.equal(entryOf(1));
  });

  it('forgets what it cannot clone, and what was there before', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    store.set(key, entryOf('older'), 1_000);

    store.set(
      key,
      entryOf(() => 'not cloneable'),
      1_000,
    );

    expect([store.get(key), store.size]).to.deep.equal([undefined, 0]);
  });

  it('leaves everything else to the store behind it', () => {
    const store = new IsolatedLocalStore(new FakeLocalStore(new FakeClock(), { maxEntries: 1 }), cloning);
    let evicted = 0;
    const stop = store.onEvict((count) => (evicted += count));

    store.set(key, entryOf(1), 1_000);
    store.set(testKey('b'), entryOf(2), 1_000);
    stop();
    store.set(testKey('c'), entryOf(3), 1_000);

    expect([evicted, store.size, store.approximateBytes > 0]).to.deep.equal([1, 1, true]);
    expect([store.delete(testKey('c')), store.delete(key)]).to.deep.equal([true, false]);
    store.clear();
    expect(store.size).to.equal(0);
  });
});
