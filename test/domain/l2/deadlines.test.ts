import { expect } from 'chai';
import type { Cache } from '../../../src/domain/cache';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches, withHungL2 } from '../../builders/caches';
import { timed } from '../../builders/timed';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const calls: Readonly<
  Record<string, { readonly call: (cache: Cache) => Promise<unknown>; readonly ms: number; readonly outcome: unknown }>
> = {
  get: { call: (cache) => cache.get('a'), ms: 250, outcome: undefined },
  has: { call: (cache) => cache.has('a'), ms: 250, outcome: false },
  getMany: { call: (cache) => cache.getMany(['a', 'b']), ms: 250, outcome: [undefined, undefined] },
  set: { call: (cache) => cache.set('a', 1), ms: 1_000, outcome: 'pending' },
  setMany: { call: (cache) => cache.setMany([{ key: 'a', value: 1 }]), ms: 1_000, outcome: 'pending' },
  del: { call: (cache) => cache.del('a'), ms: 1_000, outcome: 'pending' },
  delMany: { call: (cache) => cache.delMany(['a', 'b']), ms: 1_000, outcome: 'pending' },
  clear: { call: (cache) => cache.clear(), ms: 1_000, outcome: 'pending' },
  delByTag: { call: (cache) => cache.delByTag('t'), ms: 1_000, outcome: 'pending' },
  'a wrap, which reads, and does not wait for its write,': { call: (cache) => cache.wrap('a', () => 'loaded'), ms: 250, outcome: 'loaded' },
};

describe('Cache: deadlines', () => {
  const build = caches();

  for (const [name, { call, ms, outcome }] of Object.entries(calls)) {
    it(`gives ${name} ${ms} ms with an L2 that hangs`, async () => {
      const one = await withHungL2(build());

      expect(await timed(one, () => call(one.cache))).to.deep.equal({ ms, outcome });
    });
  }

  for (const [name, ms] of [
    ['get', 250],
    ['set', 1_000],
    ['clear', 1_000],
  ] as const) {
    it(`gives a first ${name} one deadline for the connection and the answer together`, async () => {
      const one: CacheUnderTest = build({
        driver: { open: () => new Promise<void>((resolve) => one.clock.schedule(200, resolve)).then(() => one.driver.open()) },
      });
      one.store.hang();

      expect((await timed(one, () => calls[name]!.call(one.cache))).ms).to.equal(ms);
    });
  }

  it('obeys the deadlines that it was given', async () => {
    for (const [name, ms] of [
      ['get', 50],
      ['set', 100],
      ['clear', 100],
    ] as const) {
      const one = await withHungL2(build({ deadlines: { read: 50, write: '100ms' } }));
      expect((await timed(one, () => calls[name]!.call(one.cache))).ms).to.equal(ms);
    }
  });

  it('serves L1 at once while L2 hangs', async () => {
    const one = build();
    await one.cache.set('a', 1);
    one.store.hang();

    expect(await timed(one, () => one.cache.get('a'))).to.deep.equal({ ms: 0, outcome: 1 });
    expect(await timed(one, () => one.cache.wrap('a', () => 2))).to.deep.equal({ ms: 0, outcome: 1 });
  });

  it('remembers a key whose write has an unknown fate, and deletes a value that arrives late', async () => {
    const one = await withHungL2(build());
    expect((await timed(one, () => one.cache.set('a', 'late'))).outcome).to.equal('pending');
    expect(one.cache.health().l2?.pending).to.equal(1);

    one.store.heal();
    await one.settle();
    expect(one.inL2('a')?.value).to.equal('late');
    await one.clock.advance(5_000);

    expect(one.inL2('a')).to.equal(undefined);
    expect(one.cache.health().l2?.pending).to.equal(0);
  });

  it('does not let the late write of a load bring anything back either, where L2 has no leases', async () => {
    const one = build();
    one.store.hasLeases = false;
    await one.cache.start();
    one.replies.hold('set');
    await one.cache.wrap('a', () => 'loaded');
    await one.clock.advance(1_000);

    expect(one.cache.health().l2?.pending).to.equal(1);
  });

  it('leaves the late write of a load to its lease: it takes effect only if the key was not changed', async () => {
    const one = build();
    await one.cache.start();
    const value = deferred<string>();
    const [kept, changed] = [one.cache.wrap('a', () => value.promise), one.cache.wrap('b', () => value.promise)];
    await one.settle();
    one.store.hang();
    value.resolve('loaded');
    await Promise.all([kept, changed]);
    await one.clock.advance(1_000);
    expect(one.cache.health().l2?.pending).to.equal(0);

    one.plant('b', 'changed by another process');
    one.store.heal();
    await one.settle();
    expect([one.inL2('a')?.value, one.inL2('b')?.value]).to.deep.equal(['loaded', 'changed by another process']);
  });

  it('throws a late read away', async () => {
    const one = build();
    one.plant('a', 'older');
    await one.cache.start();
    one.store.hang();
    await timed(one, () => one.cache.get('a'));
    one.store.heal();
    await one.settle();

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  describe('of the first use', () => {
    it('waits for the connection', async () => {
      const opened = deferred();
      const one: CacheUnderTest = build({ driver: { open: () => opened.promise.then(() => one.driver.open()) } });
      one.plant('a', 1);
      const values = [one.cache.get('a'), one.cache.has('a'), one.cache.wrap('a', () => 'loaded')];
      await one.clock.advance(100);
      expect(one.calls()).to.equal(0);

      opened.resolve();

      expect(await Promise.all(values)).to.deep.equal([1, true, 1]);
    });

    it('waits for the connection also where there are many namespaces', async () => {
      const one = build();
      const others = Array.from({ length: 20 }, (_, index) => one.cache.namespace(`n${index}`));
      one.plant('a', 1);

      expect(await one.cache.get('a')).to.equal(1);
      expect(others).to.have.length(20);
    });

    it('does not wait longer than its deadline', async () => {
      const opened = deferred();
      const one = build({ driver: { open: () => opened.promise } });

      expect(await timed(one, () => one.cache.get('a'))).to.deep.equal({ ms: 250, outcome: undefined });
      expect(await timed(one, () => one.cache.wrap('b', () => 'loaded'))).to.deep.equal({ ms: 250, outcome: 'loaded' });
      expect(await timed(one, () => one.cache.set('c', 1))).to.deep.equal({ ms: 1_000, outcome: 'pending' });
      opened.resolve();
    });

    it('does not wait at all once the first attempt has failed', async () => {
      const one = build();
      one.driver.goAway('connection refused');
      await one.cache.start();

      expect(await timed(one, () => one.cache.get('a'))).to.deep.equal({ ms: 0, outcome: undefined });
      expect(await timed(one, () => one.cache.set('a', 1))).to.deep.equal({ ms: 0, outcome: 'pending' });
    });

    it('connects once, however many ask at once', async () => {
      let opens = 0;
      const one: CacheUnderTest = build({
        driver: {
          open: () => {
            opens += 1;
            return one.driver.open();
          },
        },
      });

      await Promise.all([one.cache.start(), one.cache.get('a'), one.cache.set('b', 1), one.cache.start()]);

      expect(opens).to.equal(1);
    });

    it('is not needed for L1', () => {
      const one = build();

      expect(one.cache.peek('a')).to.equal(undefined);
      expect(one.driver.isOpen).to.equal(false);
    });
  });

  describe('of start', () => {
    it('starts without an L2 that is away, and uses it once it is up', async () => {
      const one = build();
      one.driver.goAway('connection refused');
      await one.cache.start();
      expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');

      one.driver.comeBack();
      await one.settle();
      await one.cache.set('b', 1);

      expect(one.inL2('b')?.value).to.equal(1);
    });

    for (const [name, open] of Object.entries({
      rejects: () => Promise.reject(new Error('redis://:hunter2@host')),
      throws: () => {
        throw new Error('redis://:hunter2@host');
      },
    })) {
      it(`takes a driver whose open ${name} for an outage`, async () => {
        const one = build({ driver: { open } });

        await one.cache.start();

        expect(await timed(one, () => one.cache.wrap('a', () => 'loaded'))).to.deep.equal({ ms: 0, outcome: 'loaded' });
        expect(one.cache.health().l2).to.include({ state: 'down' });
        expect(one.logger.lines.map(({ message }) => message).join()).to.not.include('hunter2');
      });
    }

    it("rejects after startupTimeout if L2 is required: startup: 'require'", async () => {
      const one = build({ startup: 'require', startupTimeout: '3s' });
      one.driver.goAway('connection refused');

      const { ms, outcome } = await timed(one, () => rejectionOf(one.cache.start()));

      expect(ms).to.equal(3_000);
      expect(outcome).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
      expect(outcome).to.have.property('message', 'startup: L2 (fake) was not up within 3000 ms: connection refused');
    });

    it("waits for an L2 that is up in time: startup: 'require'", async () => {
      const one = build({ startup: 'require' });
      one.driver.goAway();
      const started = one.cache.start();
      await one.clock.advance(5_000);

      one.driver.comeBack();
      await started;

      expect(one.cache.health().status).to.equal('up');
    });
  });
});
