import { expect } from 'chai';
import type { Cache } from '../../src/domain/cache';
import type { CacheUnderTest, UnderTestOptions } from '../builders/cache-under-test';
import { FakeBus } from '../../src/testing/fake-bus';
import { caches } from '../builders/caches';
import { deferred } from '../builders/deferred';
import { rejectionOf } from '../builders/rejection-of';

const refused: Readonly<Record<string, (cache: Cache) => Promise<unknown>>> = {
  get: (cache) => cache.get('a'),
  getEntry: (cache) => cache.getEntry('a'),
  has: (cache) => cache.has('a'),
  getMany: (cache) => cache.getMany(['a']),
  set: (cache) => cache.set('a', 1),
  setMany: (cache) => cache.setMany([{ key: 'a', value: 1 }]),
  del: (cache) => cache.del('a'),
  delMany: (cache) => cache.delMany(['a']),
  clear: (cache) => cache.clear(),
  wrap: (cache) => cache.wrap('a', () => 1),
  wrapEntry: (cache) => cache.wrapEntry('a', () => 1),
  'a memoized function': (cache) => cache.memoize(() => 1, { key: () => 'a' })(),
  start: (cache) => cache.start(),
};

/** Closes a cache, and checks that `close` resolves after that time, and not a millisecond earlier. */
async function expectClosedAfter(one: CacheUnderTest, ms: number): Promise<void> {
  let closed = false;
  const closing = one.cache.close().then(() => (closed = true));

  await one.clock.advance(ms - 1);
  expect(closed).to.equal(false);
  await one.clock.advance(1);
  await closing;
}

describe('Cache: close', () => {
  const build = caches();

  /** A cache that counts how often its driver is closed. */
  function buildCounted(options: UnderTestOptions = {}): { one: CacheUnderTest; closes: () => number } {
    let closes = 0;
    const close = (): Promise<void> => {
      closes += 1;
      return one.driver.close();
    };
    const one: CacheUnderTest = build({ ...options, driver: { close } });
    return { one, closes: () => closes };
  }

  for (const [name, call] of Object.entries(refused)) {
    it(`refuses ${name} afterwards, in every namespace, also for entries of L1`, async () => {
      const one = build();
      const orders = one.cache.namespace('orders');
      for (const cache of [one.cache, orders]) await cache.set('a', 1);
      const calls = one.calls();

      await orders.close();

      for (const cache of [one.cache, orders]) expect(await rejectionOf(call(cache))).to.have.property('code', 'CACHE_CLOSED');
      expect(one.calls()).to.equal(calls);
    });
  }

  it('refuses while it is closing', async () => {
    const one = build({ nonBlocking: true });
    await one.cache.start();
    one.replies.hold('set');
    await one.cache.set('a', 1);

    void one.cache.close();

    for (const call of Object.values(refused)) {
      if (call !== refused['get'] && call !== refused['getEntry'] && call !== refused['has'] && call !== refused['getMany']) {
        expect(await rejectionOf(call(one.cache.namespace('other')))).to.have.property('code', 'CACHE_CLOSED');
      }
    }
  });

  describe('where late reads are misses', () => {
    it('answers reads with undefined, without a call to L2', async () => {
      const one = build({ lateReads: 'misses' });
      await one.cache.set('a', 1);
      const calls = one.calls();

      await one.cache.close();

      expect([await one.cache.get('a'), await one.cache.getEntry('a'), await one.cache.has('a')]).to.deep.equal([
        undefined,
        undefined,
        false,
      ]);
      expect(one.calls()).to.equal(calls);
    });

    it('runs the loader of each wrap, with a signal that is not aborted, and stores nothing', async () => {
      const one = build({ lateReads: 'misses' });
      await one.cache.set('a', 1);
      const calls = one.calls();
      await one.cache.close();
      let loads = 0;
      const load = async ({ signal }: { signal: AbortSignal }) => [++loads, signal.aborted];

      expect(await Promise.all([one.cache.wrap('a', load), one.cache.wrap('a', load)])).to.deep.equal([
        [1, false],
        [2, false],
      ]);
      expect(await one.cache.wrapEntry('a', () => 3)).to.include({ value: 3, from: 'loader', outcome: 'skipped' });
      expect(one.calls()).to.equal(calls);
    });

    it('rejects with the error of the loader', async () => {
      const one = build({ lateReads: 'misses' });
      await one.cache.close();
      const error = new TypeError('no database');

      expect(await rejectionOf(one.cache.wrap('a', () => Promise.reject(error)))).to.equal(error);
    });

    it('refuses writes', async () => {
      const one = build({ lateReads: 'misses' });
      await one.cache.close();

      for (const change of [one.cache.set('a', 1), one.cache.del('a'), one.cache.clear()])
        expect(await rejectionOf(change)).to.have.property('code', 'CACHE_CLOSED');
    });
  });

  it('clears L1', async () => {
    const one = build();
    await one.cache.set('a', 1);

    await one.cache.close();

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('closes the driver', async () => {
    const one = build();
    await one.cache.get('a');
    expect(one.driver.isOpen).to.equal(true);

    await one.cache.close();

    expect(one.driver.isOpen).to.equal(false);
  });

  it('may be called twice, and at once, and closes once', async () => {
    const { one, closes } = buildCounted();

    await Promise.all([one.cache.close(), one.cache.close()]);
    await one.cache.close();

    expect(closes()).to.equal(1);
  });

  it('may be called before anything else', async () => {
    const one = build();

    await one.cache.close();

    expect(one.cache.health()).to.deep.include({ status: 'closed' });
  });

  it('may be called by a loader whose signal is aborted', async () => {
    const { one, closes } = buildCounted();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', ({ signal }) => {
      signal.addEventListener('abort', () => {
        void one.cache.close();
      });
      return promise;
    });
    await one.settle();

    await one.cache.close();
    resolve('loaded');
    await value;

    expect(closes()).to.equal(1);
  });

  it('reports that it is closed, without the reason of an outage', async () => {
    const one = build();
    await one.cache.start();

    await one.cache.close();
    await one.settle();

    expect(one.cache.health().status).to.equal('closed');
    expect(one.logger.messages('warn')).to.deep.equal([]);
  });

  it('reports nothing about work that ends after it', async () => {
    const one = build();
    await one.cache.start();
    one.store.hang();
    const write = one.cache.set('a', 1);
    await one.settle();
    await one.cache.close();
    const before = one.metrics.filter(({ name }) => name === 'tier');

    one.store.refuseWrites();

    expect(await write).to.equal('pending');
    expect(one.logger.messages('warn')).to.deep.equal([]);
    expect(one.metrics.filter(({ name }) => name === 'tier')).to.deep.equal(before);
  });

  it('does not store a value that is loaded after it, and still returns it', async () => {
    const one = build();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();
    await one.cache.close();

    resolve('loaded');

    expect(await value).to.equal('loaded');
    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('does not copy back a value that is read after it', async () => {
    const one = build();
    one.plant('a', 1);
    one.replies.hold('get');
    const value = one.cache.get('a');
    await one.settle();
    await one.cache.close();

    one.replies.release();
    await value;

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('waits for a background load, up to its deadline, of which a quarter is kept for the driver', async () => {
    const one = build({ ttl: '10s', staleWhileRevalidate: '1m', deadlines: { close: '1s' } });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    const { promise, resolve } = deferred<string>();
    await one.cache.wrap('a', () => promise);
    await expectClosedAfter(one, 750);
    resolve('too late');
    await one.settle();

    expect(one.inL2('a')?.value).to.equal('old');
  });

  it('has one deadline for all, whatever hangs', async () => {
    const hung = deferred();
    const one = build({ ttl: '10s', staleWhileRevalidate: '1m', deadlines: { close: '1s' }, driver: { close: () => hung.promise } });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    const load = deferred<string>();
    await one.cache.wrap('a', () => load.promise);
    await expectClosedAfter(one, 1_000);

    one.probe.stop();
    hung.resolve();
    load.resolve('too late');
    await one.settle();
  });

  it('closes the driver although the bus does not let go', async () => {
    const { probe } = new FakeBus();
    const hanging = () => new Promise<void>(() => undefined);
    const bus = { probe, noticesWithinMs: 0, publish: () => Promise.resolve(), subscribe: () => Promise.resolve(hanging) };
    const { one, closes } = buildCounted({ bus });
    await one.cache.start();

    const closing = one.cache.close();
    await one.clock.advance(500);
    await closing;

    expect(closes()).to.equal(1);
  });

  it('does not wait longer than its deadline for a driver that does not close', async () => {
    const hung = deferred();
    const one = build({ driver: { close: () => hung.promise } });
    await one.cache.start();
    await expectClosedAfter(one, 2_000);

    one.probe.stop();
    hung.resolve();
  });

  it('survives a driver that fails to close', async () => {
    const one = build({ driver: { close: () => Promise.reject(new Error('already closed')) } });
    await one.cache.start();

    await one.cache.close();

    one.probe.stop();
    expect(one.cache.health().status).to.equal('closed');
  });

  describe('leaves no timer', () => {
    it('when a write fails after it', async () => {
      const one = build();
      await one.cache.start();
      one.store.hang();
      const write = one.cache.set('a', 1);
      await one.settle();
      await one.cache.close();

      one.store.fail();
      expect(await write).to.equal('pending');
      await one.settle();

      expect(one.clock.waiting).to.equal(0);
    });

    it('when recovery is under way, and fails after it', async () => {
      const one = build();
      await one.cache.start();
      one.driver.goAway();
      await one.cache.del('a');
      one.store.hang();
      one.probe.up();
      await one.settle();
      await one.cache.close();

      one.store.fail();
      await one.settle();

      expect(one.clock.waiting).to.equal(0);
    });

    it('while it waits to try recovery again', async () => {
      const one = build();
      await one.cache.start();
      one.store.fail();
      await one.cache.del('a');
      expect(one.clock.waiting).to.equal(1);

      await one.cache.close();

      expect(one.clock.waiting).to.equal(0);
    });

    it('while the first use waits for a connection, which comes after it', async () => {
      const opened = deferred();
      const one: CacheUnderTest = build({ driver: { open: () => opened.promise.then(() => one.driver.open()) } });
      one.plant('a', 'older');
      const value = one.cache.get('a');
      await one.settle();
      await one.cache.close();

      expect(await value).to.equal(undefined);
      expect(one.clock.waiting).to.equal(0);
      opened.resolve();
      await one.settle();
      expect(one.cache.health()).to.deep.include({ status: 'closed' });
      expect(one.calls()).to.equal(0);
      one.probe.stop();
    });

    it('while start waits for a required L2: start rejects', async () => {
      const one = build({ startup: 'require' });
      one.driver.goAway();
      const started = rejectionOf(one.cache.start());
      await one.settle();

      await one.cache.close();

      expect(one.clock.waiting).to.equal(0);
      expect(await started).to.have.property('code', 'CACHE_CLOSED');
    });
  });
});
