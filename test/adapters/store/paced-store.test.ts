import { expect } from 'chai';

import { PacedStore } from '../../../src/adapters/store/paced-store';
import type { Store, StoreEntry } from '../../../src/ports/store';
import { FakeClock, FakeStore, storeContract, testKey } from '../../../src/testing';
import { harnessOn } from './on-fake-store';

const minuteMs = 60_000;
const keys = (count: number) => Array.from({ length: count }, (_, i) => testKey(`k${i}`));
const entries = (count: number, payload = 'v'): StoreEntry[] => keys(count).map((key) => ({ key, payload, ttlMs: minuteMs }));
const turn = () => new Promise((resolve) => setImmediate(resolve));

storeContract('PacedStore', () => harnessOn((inner) => new PacedStore(inner)));

/** Records each command, and answers it when the test says so. */
function heldStore() {
  const started: string[] = [];
  const held: (() => void)[] = [];
  const hold = <T>(name: string, answer: T): Promise<T> => {
    started.push(name);
    return new Promise((resolve) => held.push(() => resolve(answer)));
  };
  const inner: Store = {
    get: (key) => hold(`get ${key}`, key as string),
    getMany: (asked) => hold(`getMany ${asked.length}`, [...asked]),
    set: (key) => hold(`set ${key}`, undefined),
    setMany: (set) => hold(`setMany ${set.length}`, undefined),
    delete: (deleted) => hold(`delete ${deleted.length}`, undefined),
    clear: (prefix) => hold(`clear ${prefix}`, undefined),
    updateRow: (key, { change }) => hold(`${change} ${key}`, { outcome: 'done' } as const),
  };
  const answer = async (count: number): Promise<void> => {
    for (const one of held.splice(0, count)) one();
    await turn();
  };
  return { store: new PacedStore(inner), started, answer };
}

describe('PacedStore', () => {
  it('splits calls with many keys, and keeps the order of the answers', async () => {
    const { store, started, answer } = heldStore();
    const calls = Promise.all([store.getMany(keys(300)), store.delete(keys(129)), store.setMany(entries(256))]);
    await answer(Infinity);

    expect(started).to.deep.equal([
      ...['getMany 128', 'getMany 128', 'getMany 44'],
      ...['delete 128', 'delete 1'],
      ...['setMany 128', 'setMany 128'],
    ]);
    expect((await calls)[0]).to.deep.equal(keys(300));
  });

  it('splits by size, and sends an entry alone that is larger than a command', async () => {
    const { store, started } = heldStore();
    void store.setMany([...entries(4, 'x'.repeat(500_000)), ...entries(1, 'x'.repeat(3_000_000)), ...entries(1)]);
    await turn();

    expect(started).to.deep.equal(['setMany 2', 'setMany 2', 'setMany 1', 'setMany 1']);
  });

  it('has at most 512 leases in flight, which hold up neither writes nor reads', async () => {
    const { store, started } = heldStore();
    for (const key of keys(600)) void store.updateRow(key, { change: 'lease', lease: key, leaseMs: 1, payload: undefined });
    void store.delete(keys(1));
    void store.updateRow(testKey('a'), { change: 'expire' });
    void store.get(testKey('b'));
    await turn();

    expect(started).to.have.length(515);
    expect(started.slice(512)).to.deep.equal(['delete 1', 'expire a', 'get b']);
  });

  it('has at most 16 reads and 16 writes in flight', async () => {
    const { store, started, answer } = heldStore();
    void store.setMany(entries(20 * 128));
    void store.getMany(keys(20 * 128));
    await turn();
    const first = started.length;
    await answer(1);
    const afterOneAnswer = started.length;
    await answer(Infinity);

    expect([first, afterOneAnswer, started.length]).to.deep.equal([32, 33, 40]);
  });

  it('starts writes in the order of the calls', async () => {
    const { store, started, answer } = heldStore();
    void store.setMany(entries(17 * 128));
    void store.delete(keys(1));
    void store.set(testKey('a'), 'v', minuteMs);
    void store.clear(testKey('p'));
    await turn();
    while (started.length < 20) await answer(1);

    expect(started.slice(16)).to.deep.equal(['setMany 128', 'delete 1', 'set a', 'clear p']);
  });

  it('goes on after commands that failed', async () => {
    const inner = new FakeStore(new FakeClock());
    const store = new PacedStore(inner);
    inner.fail();
    const failed = await store.setMany(entries(40 * 128)).catch((error: unknown) => error);
    await turn();
    inner.heal();
    await store.setMany(entries(40 * 128));

    expect(failed).to.be.instanceOf(Error);
    expect(await store.get(testKey('k5000'))).to.equal('v');
  });
});
