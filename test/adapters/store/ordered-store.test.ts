import { gzipSync, gunzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import Keyv from 'keyv';
import { OrderedStore } from '../../../src/adapters/store/ordered-store';
import type { SanitizedKey } from '../../../src/ports/sanitized-key';
import type { Store } from '../../../src/ports/store';
import { FakeClock, FakeStore, testKey } from '../../../src/testing';
import { makeDriver } from '../keyv/open-driver';
import { TableAdapter } from '../keyv/table-adapter';

const minuteMs = 60_000;
const key = testKey('k');

/** A store that answers a `set` only when the test says so, and records the order of its calls. */
class HesitantStore extends FakeStore {
  readonly asked: string[] = [];
  answer: () => void = () => undefined;

  override async set(...args: Parameters<Store['set']>): Promise<void> {
    this.asked.push(`set ${args[1]}`);
    await new Promise<void>((resolve) => (this.answer = resolve));
  }

  override async delete(keys: readonly SanitizedKey[]): Promise<void> {
    this.asked.push(`delete ${keys.join()}`);
  }

  override async clear(prefix: SanitizedKey): Promise<void> {
    this.asked.push(`clear ${prefix}`);
  }
}

describe('Writes through a Keyv', () => {
  const slow = {
    compress: async (text: string) => (await sleep(10), gzipSync(text)),
    decompress: async (packed: Buffer) => gunzipSync(packed).toString(),
  };

  it('keep their order, however long the Keyv takes to compress one', async () => {
    const { store } = makeDriver(new Keyv({ compression: slow as never }));

    await Promise.all([store.set(key, 'old', minuteMs), store.delete([key])]);
    expect(await store.get(key)).to.equal(undefined);

    await Promise.all([store.set(key, 'old', minuteMs), store.clear(key)]);
    expect(await store.get(key)).to.equal(undefined);

    await Promise.all([store.set(key, 'old', minuteMs), store.setMany([{ key, payload: 'new', ttlMs: minuteMs }])]);
    expect(await store.get(key)).to.equal('new');
  });

  it('keep their order over an adapter that deletes faster than it writes', async () => {
    const adapter = new TableAdapter();
    const write = adapter.set.bind(adapter);
    adapter.set = async (...args) => (await sleep(10), write(...args));
    const { store } = makeDriver(adapter);

    await Promise.all([store.set(key, 'old', minuteMs), store.delete([key])]);

    expect(adapter.rows.size).to.equal(0);
  });

  it('wait for the earlier write of the same key only', async () => {
    const inner = new HesitantStore(new FakeClock());
    const store = new OrderedStore(inner, new FakeClock());

    const writes = [store.set(key, '1', minuteMs), store.delete([key]), store.delete([testKey('other')])];
    await Promise.resolve();
    expect(inner.asked).to.deep.equal(['set 1', 'delete other']);
    inner.answer();
    await Promise.all(writes);

    expect(inner.asked).to.deep.equal(['set 1', 'delete other', 'delete k']);
  });

  it('do not wait for ever for a write that is never answered', async () => {
    const clock = new FakeClock();
    const inner = new HesitantStore(new FakeClock());
    const store = new OrderedStore(inner, clock);
    void store.set(key, '1', minuteMs);

    const deleted = store.delete([key]);
    await clock.advance(2_000);
    await deleted;

    expect(inner.asked).to.deep.equal(['set 1', 'delete k']);
    expect(clock.waiting).to.equal(0);
  });

  it('continue after a refused write', async () => {
    const inner = new HesitantStore(new FakeClock());
    inner.set = async () => Promise.reject(new Error('refused'));
    const store = new OrderedStore(inner, new FakeClock());

    const [refused, deleted] = await Promise.allSettled([store.set(key, '1', minuteMs), store.delete([key])]);

    expect([refused.status, deleted.status]).to.deep.equal(['rejected', 'fulfilled']);
  });
});
