import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import Keyv from 'keyv';
import { FakeClock, testKey } from '../../../../src/testing';
import { makeDriver } from '../open-driver';
import { TableAdapter } from '../table-adapter';

const minuteMs = 60_000;
const unavailable = 'reason.code';

describe('An adapter of unknown kind', () => {
  it('is read key by key, or with getMany if it has one', async () => {
    const asked: (string | string[])[] = [];
    const single = { get: async (key: string) => void asked.push(key), set: () => true, delete: () => true, clear: () => undefined };
    const many = { ...single, getMany: async (keys: string[]) => (asked.push(keys), []) };

    await makeDriver(single).store.getMany([testKey('a'), testKey('b')]);
    await makeDriver(many).store.getMany([testKey('a'), testKey('b')]);

    expect(asked).to.deep.equal(['a', 'b', ['a', 'b']]);
  });

  it('keeps payloads without rows if it expires entries itself', async () => {
    const given: unknown[][] = [];
    const adapter = {
      ttlSupport: true,
      get: () => undefined,
      set: (...args: unknown[]) => void given.push(args),
      delete: () => true,
      clear: () => undefined,
    };
    const { store } = makeDriver(adapter);

    await store.set(testKey('a'), 'payload', 1.5);
    await store.set(testKey('b'), 'payload', Infinity);

    expect(given).to.deep.equal([
      ['a', 'payload', 2],
      ['b', 'payload', undefined],
    ]);
  });

  it('is given the time at which an entry ends if it declares so, and no rows', async () => {
    const given: unknown[] = [];
    const adapter = {
      capabilities: { expires: true },
      get: () => undefined,
      set: (...args: unknown[]) => void given.push(args),
      setMany: (entries: unknown[]) => void given.push(...entries),
      delete: () => true,
      clear: () => undefined,
    };
    const clock = new FakeClock();
    const { store } = makeDriver(adapter, clock);

    await store.set(testKey('a'), 'payload', 1.5);
    await store.set(testKey('b'), 'payload', Infinity);
    await store.setMany([{ key: testKey('c'), payload: 'payload', ttlMs: minuteMs }]);

    expect(given).to.deep.equal([
      ['a', 'payload', Math.ceil(clock.now() + 1.5)],
      ['b', 'payload', undefined],
      { key: 'c', value: 'payload', expires: clock.now() + minuteMs },
    ]);
  });

  it('has failed if it emits an error and answers as for nothing', async () => {
    const adapter = Object.assign(new EventEmitter(), {
      iterator: emptyAfterError,
      get: () => fail(undefined),
      getMany: () => fail([undefined]),
      set: () => fail(false),
      setMany: () => fail([false]),
      delete: () => fail(false),
      clear: () => undefined,
    });
    function fail<T>(answer: T): T {
      adapter.emit('error', new Error('connect ECONNREFUSED'));
      return answer;
    }
    async function* emptyAfterError(): AsyncGenerator<[string, string]> {
      fail(undefined);
    }
    const { store } = makeDriver(adapter);
    const key = testKey('k');

    const outcomes = await Promise.allSettled([
      store.get(key),
      store.getMany([key]),
      store.set(key, 'payload', minuteMs),
      store.setMany([{ key, payload: 'payload', ttlMs: minuteMs }]),
      store.delete([key]),
    ]);
    const [cleared] = await Promise.allSettled([store.clear(key)]);

    for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    expect(cleared).to.have.nested.property('reason.code', 'CACHE_CLEAR_UNSUPPORTED');
  });

  it('has answered a miss if the error was emitted before', async () => {
    const adapter = new TableAdapter();
    const { store } = makeDriver(adapter);
    adapter.emit('error', new Error('earlier'));

    expect(await store.get(testKey('k'))).to.equal(undefined);
  });

  it('has not stored an entry if it answers false', async () => {
    const { store } = makeDriver({ get: () => undefined, set: async () => false, delete: () => true, clear: () => undefined });

    const [one, many] = await Promise.allSettled([
      store.set(testKey('k'), 'payload', minuteMs),
      store.setMany([{ key: testKey('k'), payload: 'payload', ttlMs: minuteMs }]),
    ]);

    expect(one).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
    expect(many).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
  });

  it('is not called with deleteMany, which may hide that one delete failed', async () => {
    const adapter = Object.assign(new TableAdapter(), { deleteMany: async () => false });
    adapter.away = true;

    const [outcome] = await Promise.allSettled([makeDriver(adapter).store.delete([testKey('a'), testKey('b')])]);

    expect(outcome).to.have.nested.property(unavailable, 'CACHE_TIER_UNAVAILABLE');
  });

  for (const [name, given] of [
    ['bare', (adapter: TableAdapter): unknown => adapter],
    ['in a Keyv', (adapter: TableAdapter): unknown => new Keyv(adapter)],
    ['in a Keyv with a namespace', (adapter: TableAdapter): unknown => new Keyv(adapter, { namespace: 'app' })],
    ['in a Keyv that adds no prefix', (adapter: TableAdapter): unknown => new Keyv(adapter, { useKeyPrefix: false })],
  ] as const) {
    it(`is cleared of a prefix, all pages of it, and of nothing else (${name})`, async () => {
      const adapter = new TableAdapter();
      const { store } = makeDriver(given(adapter));
      const keys = Array.from({ length: 45 }, (_, i) => testKey(`mine:${i}`));
      await store.setMany([...keys, testKey('mine'), testKey('other:1')].map((key) => ({ key, payload: '1', ttlMs: minuteMs })));

      await store.clear(testKey('mine:'));

      expect([...adapter.rows.keys()].map((key) => key.replace(/^\w+:(?=mine|other)/, ''))).to.deep.equal(['mine', 'other:1']);
    });
  }

  const minimal = { get: () => undefined, set: () => true, delete: () => true, clear: () => undefined };
  const fail = (): never => {
    throw new Error('not implemented');
  };
  const unlistable: Readonly<Record<string, object>> = {
    'has no iterator': {},
    'has an iterator that throws': { iterator: fail },
    'has an iterator that fails later': {
      iterator: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('later')) }) }),
    },
    'has an iterator that is none': { iterator: () => undefined },
  };
  for (const [what, iterator] of Object.entries(unlistable)) {
    it(`refuses a clear if it ${what}`, async () => {
      const { store } = makeDriver({ ...minimal, ...iterator });

      const [outcome] = await Promise.allSettled([store.clear(testKey('a'))]);

      expect(outcome).to.have.nested.property('reason.code', 'CACHE_CLEAR_UNSUPPORTED');
    });
  }

  it('says whether it can be cleared before it is asked', () => {
    expect(makeDriver(minimal).canClear).to.equal(false);
    expect(makeDriver(new TableAdapter()).canClear).to.equal(true);
  });

  it('takes a failed list for an outage if nothing else is answered either', async () => {
    const adapter = new TableAdapter();
    const { store } = makeDriver(adapter);
    adapter.away = true;

    const [outcome] = await Promise.allSettled([store.clear(testKey('a'))]);

    expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
  });

  it('is up once it has answered, down with its first error, and up again when it answers again', async () => {
    const clock = new FakeClock();
    const adapter = new TableAdapter();
    const driver = makeDriver(adapter, clock);
    const seen: string[] = [];
    driver.probe.onChange((health) => seen.push(health));

    await driver.open();
    adapter.away = true;
    await Promise.allSettled([driver.store.get(testKey('k'))]);
    expect(driver.probe.reason).to.equal('SQLITE_CANTOPEN');
    await clock.advance(10_000);
    adapter.away = false;
    await clock.advance(10_000);

    expect(seen).to.deep.equal(['up', 'down', 'up']);
    await driver.close();
  });

  it('goes down without events and without traffic if its server is silent', async () => {
    const clock = new FakeClock();
    let silent = false;
    const get = (): unknown => (silent ? new Promise(() => undefined) : undefined);
    const driver = makeDriver({ get, set: () => true, delete: () => true, clear: () => undefined }, clock);
    await driver.open();

    silent = true;
    await clock.advance(6_000);

    expect([driver.probe.health, driver.probe.reason]).to.deep.equal(['down', 'no answer to PING within 1000 ms']);
    await driver.close();
  });

  it('survives error events without another listener, before open and after close', async () => {
    const adapter = new TableAdapter();
    const driver = makeDriver(adapter);

    adapter.emit('error', new Error('early'));
    await driver.open();
    const listeners = adapter.listenerCount('error');
    await driver.close();
    adapter.emit('error', new Error('late'));

    expect([listeners, adapter.listenerCount('error')]).to.deep.equal([2, 1]);
    makeDriver(adapter);
    expect(adapter.listenerCount('error')).to.equal(1);
  });
});
