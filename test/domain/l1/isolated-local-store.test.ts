import { expect } from 'chai';

import { deepFreeze, IsolatedLocalStore } from '../../../src/domain/l1/isolated-local-store';
import { LocalEntry } from '../../../src/domain/entry/entry';

import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeLocalStore } from '../../../src/testing/fake-local-store';
import { testKey } from '../../../src/testing/suite-tools';

const key = testKey('a');
const cloning = { onWrite: structuredClone, onRead: structuredClone };
const freezing = { onWrite: deepFreeze, onRead: (value: unknown) => value };

function entryOf(value: unknown): LocalEntry {
  return new LocalEntry(value, 1, 1_000, 500, 20, 1_500, 3);
}

describe('IsolatedLocalStore', () => {
  let inner: FakeLocalStore<LocalEntry>;
  beforeEach(() => {
    inner = new FakeLocalStore(new FakeClock());
  });

  it('clones on write and on read, so that no caller changes the value of another', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    const given = { name: 'a' };
    store.set(key, entryOf(given));
    given.name = 'changed after set';

    const first = store.get(key)?.value as typeof given;
    first.name = 'changed after get';

    expect(store.get(key)?.value).to.deep.equal({ name: 'a' });
  });

  it('freezes on write', () => {
    const store = new IsolatedLocalStore(inner, freezing);
    const given = { list: [1] };
    store.set(key, entryOf(given));

    expect(() => given.list.push(2)).to.throw(TypeError);
  });

  it('keeps the validation state of an entry', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    const entry = entryOf('from L2');
    entry.validatedAs = { version: 3, schema: undefined };
    store.set(key, entry);

    expect([store.get(key)?.validatedAs, store.peek(key)?.validatedAs]).to.deep.equal([entry.validatedAs, entry.validatedAs]);
  });

  it('keeps the life of an entry', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    const life = { createdAt: 1, expiresAt: 1_000, revalidateAt: 500, freshUntil: 500, staleIfErrorMs: 20, keepUntil: 1_500, epoch: 3 };
    store.set(key, entryOf({ name: 'a' }));

    expect(store.get(key)).to.include(life);
    expect(store.peek(key)).to.include(life);
  });

  it('keeps a life without an end', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    store.set(key, new LocalEntry({ name: 'a' }, 1, Infinity, Infinity, Infinity, Infinity, 0));

    const endless = { expiresAt: Infinity, revalidateAt: Infinity, freshUntil: Infinity, staleIfErrorMs: Infinity, keepUntil: Infinity };
    expect(store.get(key)).to.include(endless);
  });

  it('holds copies of its own, so that an entry may be set in two stores', () => {
    const entry = entryOf({ name: 'a' });
    for (const clock of [new FakeClock(), new FakeClock()]) {
      const store = new IsolatedLocalStore(new FakeLocalStore(clock, { bytesOf: () => 1 }), cloning);
      store.set(key, entry);
      expect(store.get(key)?.bytes).to.equal(0);
    }

    expect(entry.bytes).to.equal(0);
  });

  it('returns the entry itself where reading does not change the value', () => {
    const store = new IsolatedLocalStore(inner, freezing);
    const entry = entryOf({ name: 'a' });
    store.set(key, entry);

    expect([store.get(key), store.peek(key)]).to.deep.equal([entry, entry]);
    expect(store.get(key)).to.equal(entry);
  });

  it('drops a value that it cannot clone, and the former value of the key', () => {
    const store = new IsolatedLocalStore(inner, cloning);
    store.set(key, entryOf('older'));

    store.set(
      key,
      entryOf(() => 'not cloneable'),
    );

    expect([store.get(key), store.size]).to.deep.equal([undefined, 0]);
  });

  it('passes everything else to the inner store', () => {
    const store = new IsolatedLocalStore(new FakeLocalStore(new FakeClock(), { maxEntries: 1 }), cloning);
    let evicted = 0;
    const stop = store.onEvict((count) => (evicted += count));

    store.set(key, entryOf(1));
    store.set(testKey('b'), entryOf(2));
    stop();
    store.set(testKey('c'), entryOf(3));

    expect([evicted, store.size, store.approximateBytes > 0]).to.deep.equal([1, 1, true]);
    expect([store.delete(testKey('c')), store.delete(key)]).to.deep.equal([true, false]);
    store.clear();
    expect(store.size).to.equal(0);
  });
});

describe('deepFreeze', () => {
  it('freezes a value and everything in it, and returns the same reference', () => {
    const value = { list: [{ name: 'a' }], nested: { deep: { deeper: 1 } } };

    expect(deepFreeze(value)).to.equal(value);
    expect([value, value.list, value.list[0], value.nested, value.nested.deep].every((part) => Object.isFrozen(part))).to.equal(true);
  });

  it('freezes the content of an object that is frozen already', () => {
    const inner = { name: 'a' };

    deepFreeze(Object.freeze({ inner }));

    expect(Object.isFrozen(inner)).to.equal(true);
  });

  it('ends for a cycle', () => {
    const value: { self?: unknown } = {};
    value.self = value;

    expect(Object.isFrozen(deepFreeze(value))).to.equal(true);
  });

  it('leaves bytes and primitives as they are', () => {
    for (const value of [Buffer.from('a'), new Float64Array(1), 1, 'a', null, undefined, true, 5n])
      expect(deepFreeze(value)).to.equal(value);
    expect(deepFreeze({ bytes: Buffer.from('a') }).bytes.toString()).to.equal('a');
  });
});
