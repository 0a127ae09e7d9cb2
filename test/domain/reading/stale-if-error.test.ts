import { expect } from 'chai';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const failing = () => Promise.reject(new Error('no database'));

describe('Cache: staleIfError', () => {
  const build = caches();

  for (const l2 of ['none', 'fake'] as const) {
    const options = { l2, ttl: { primary: '10s', secondary: '10s' }, staleIfError: '1m', hearsOthers: true } as const;

    it(`serves the old value when the loader fails, and reports it, with L2: ${l2}`, async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const stales = one.listen('stale');

      expect(await one.cache.wrap('a', failing)).to.equal('old');
      expect(stales).to.deep.equal([{ key: 'a' }]);
    });

    it(`prefers a new value, with L2: ${l2}`, async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);

      expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
    });

    it(`gives the error once the value is too old, with L2: ${l2}`, async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(70_000);

      expect(await rejectionOf(one.cache.wrap('a', failing))).to.have.property('message', 'no database');
    });
  }

  it('waits before it loads again, counted from the failure, and then loads', async () => {
    const one = build({ l2: 'none', ttl: '10s', staleIfError: '10m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    let loads = 0;
    const load = () => {
      loads += 1;
      return loads === 1 ? failing() : 'new';
    };

    await one.cache.wrap('a', load);
    await one.clock.advance(9_999);
    expect(await one.cache.wrap('a', load)).to.equal('old');
    expect(loads).to.equal(1);
    await one.clock.advance(1);

    expect(await one.cache.wrap('a', load)).to.equal('new');
  });

  it('also waits after a load in the background has failed', async () => {
    const one = build({ l2: 'none', ttl: '10s', staleWhileRevalidate: '10m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    let loads = 0;
    const load = () => {
      loads += 1;
      return failing();
    };

    for (let call = 0; call < 5; call++) {
      expect(await one.cache.wrap('a', load)).to.equal('old');
      await one.settle();
    }

    expect(loads).to.equal(1);
  });

  it('does not keep callers without an old value from loading', async () => {
    const one = build({ l2: 'none', staleIfError: '1m' });
    await rejectionOf(one.cache.wrap('a', failing));

    expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
  });

  it('serves the newer of two old values', async () => {
    const one = build({ ttl: { primary: '5s', secondary: '10s' }, staleIfError: '1m' });
    await one.cache.set('a', 'ours');
    await one.clock.advance(3_000);
    one.plant('a', 'newer, elsewhere');
    await one.clock.advance(10_000);

    expect(await one.cache.wrap('a', failing)).to.equal('newer, elsewhere');
  });

  it('never serves a deleted value, also while the key is being loaded', async () => {
    const one = build({ l2: 'none', ttl: '10s', staleIfError: '1m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    const { promise, reject } = deferred<string>();
    const value = rejectionOf(one.cache.wrap('a', () => promise));

    await one.cache.del('a');
    reject(new Error('no database'));

    expect(await value).to.have.property('message', 'no database');
  });

  it('lets get answer from L1 while L2 is away, and only then', async () => {
    const one = build({ ttl: { primary: '5s', secondary: '10s' }, staleIfError: '1m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(15_000);
    expect(await one.cache.get('a')).to.equal(undefined);

    one.probe.down();

    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal(['old', true]);
    await one.clock.advance(60_000);
    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal([undefined, false]);
  });

  for (const l2 of ['none', 'fake'] as const) {
    it(`is decided by the writer of the entry, and a reading call may decide otherwise, with L2: ${l2}`, async () => {
      const one = build({ l2, ttl: '10s', hearsOthers: true });
      await one.cache.set('a', 'old', { ttl: '10s', staleIfError: '1m' });
      await one.clock.advance(10_000);

      expect(await one.cache.wrap('a', failing)).to.equal('old');
      expect(await one.cache.wrap('a', failing, { staleIfError: '1m' })).to.equal('old');
      expect(await rejectionOf(one.cache.wrap('a', failing, { staleIfError: 0 }))).to.have.property('message', 'no database');
    });

    it(`is switched off by 0 at the write, although the cache allows it, with L2: ${l2}`, async () => {
      const one = build({ l2, ttl: '10s', staleIfError: '1h', staleWhileRevalidate: '1s', hearsOthers: true });
      await one.cache.set('a', 'old', { staleIfError: 0 });
      await one.clock.advance(12_000);
      if (l2 === 'fake') one.probe.down();

      expect(await one.cache.get('a')).to.equal(undefined);
      expect(await rejectionOf(one.cache.wrap('a', failing))).to.have.property('message', 'no database');
    });
  }

  it('is decided by the writer for `get` and `has` too, while L2 is down', async () => {
    const one = build({ ttl: '10s', hearsOthers: true });
    await one.cache.set('a', 'old', { staleIfError: '1m' });
    await one.clock.advance(12_000);
    one.probe.down();

    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal(['old', true]);
  });

  it('travels with the entry to the processes that read it from L2', async () => {
    const one = build({ ttl: '10s', staleIfError: '1h', hearsOthers: true });
    one.plant('a', 'old', { ttl: '10s', staleWhileRevalidate: '1m', staleIfError: '5s' });
    await one.cache.get('a');
    await one.clock.advance(14_000);
    one.probe.down();
    expect(await one.cache.get('a')).to.equal('old');
    await one.clock.advance(2_000);

    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('can be set by the loader', async () => {
    const one = build({ l2: 'none', ttl: '10s' });
    await one.cache.wrap('a', (load) => {
      load.setLife({ ttl: '1s', staleIfError: '1m' });
      return 'old';
    });
    await one.clock.advance(2_000);

    expect(await one.cache.wrap('a', failing)).to.equal('old');
  });

  describe('decides for each waiting caller', () => {
    const failed = async (wrapping: Promise<unknown>): Promise<unknown> => ((await rejectionOf(wrapping)) as Error).message;

    const loads = {
      'ahead of time': { life: { refreshAhead: 0.5, hearsOthers: true }, beginsMs: 9_000 },
      'in the background, after staleWhileRevalidate': { life: { staleWhileRevalidate: '5s', l2: 'none' }, beginsMs: 14_000 },
    } as const;

    for (const [when, { life, beginsMs }] of Object.entries(loads)) {
      it(`gives an old value to a caller that joined a failed load: ${when}`, async () => {
        const one = build({ ttl: '10s', staleIfError: '1h', ...life });
        const { promise, reject } = deferred<string>();
        await one.cache.set('a', 'old');
        await one.clock.advance(beginsMs);
        await one.cache.wrap('a', () => promise);
        await one.clock.advance(2_000);

        const joined = one.cache.wrap('a', () => 'never runs');
        reject(new Error('no database'));

        expect(await joined).to.equal('old');
        await one.background.idle();
      });
    }

    it('gives each caller on one flight the value that its options allow', async () => {
      const one = build({ ttl: '10s', l2: 'none' });
      const { promise, reject } = deferred<string>();
      await one.cache.set('a', 'old', { staleIfError: '1h' });
      await one.clock.advance(14_000);

      const strict = failed(one.cache.wrap('a', () => promise, { staleIfError: 0 }));
      const content = one.cache.wrap('a', () => promise, { staleIfError: '1h' });
      const nearlyContent = failed(one.cache.wrap('a', () => promise, { staleIfError: '1s' }));
      reject(new Error('no database'));

      expect(await Promise.all([strict, content, nearlyContent])).to.deep.equal(['no database', 'old', 'no database']);
    });
  });
});
