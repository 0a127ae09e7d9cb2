import { expect } from 'chai';
import { FakeClock, FakeStore, storeContract, testKey } from '../../src/testing';
import { harnessOn } from '../adapters/store/on-fake-store';

storeContract('FakeStore', () => harnessOn((inner) => inner));

describe('FakeStore', () => {
  const key = testKey('a');
  let clock: FakeClock;
  let store: FakeStore;

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeStore(clock);
  });

  it('does not answer while it hangs, and applies the late writes when it is healed', async () => {
    store.hang();
    const written = store.set(key, '1', 100);
    await clock.advance(10_000);
    expect(store.peek(key)).to.equal(undefined);

    store.heal();
    await written;

    expect(store.peek(key)).to.deep.equal({ payload: '1', ttlMs: 100 });
  });

  it('rejects the calls that hang when it fails', async () => {
    store.hang();
    const read = store.get(key).catch((error: unknown) => error);

    store.fail(new Error('gone'));

    expect(await read).to.have.property('message', 'gone');
  });

  it('answers reads while it refuses writes', async () => {
    store.plant(key, '1');
    store.refuseWrites();

    expect(await store.get(key)).to.equal('1');
    expect(await store.getMany([key])).to.deep.equal(['1']);
    for (const write of [store.set(key, '2', 1), store.setMany([]), store.delete([key]), store.clear(key)]) {
      expect(await write.catch((error: unknown) => error)).to.have.property('code', 'CACHE_WRITE_REFUSED');
    }
    expect(store.peek(key)?.payload).to.equal('1');
  });

  it('takes as long as the test says', async () => {
    store.delayMs = 50;
    let answered = false;
    const read = store.get(key).then(() => (answered = true));

    await clock.advance(49);
    expect(answered).to.equal(false);
    await clock.advance(1);
    await read;

    expect(answered).to.equal(true);
  });

  it('records its calls, failed ones included', async () => {
    await store.set(key, '1', 100);
    store.fail();
    await store.getMany([key, testKey('b')]).catch(() => undefined);

    expect(store.calls).to.deep.equal([
      { operation: 'set', keys: ['a'] },
      { operation: 'getMany', keys: ['a', 'b'] },
    ]);
  });
});
