import { expect } from 'chai';

import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: a caller who does not wait for ever', () => {
  const build = caches();
  const options = { ttl: '10s', staleIfError: '10m', hearsOthers: true } as const;

  for (const layer2 of ['none', 'fake'] as const) {
    it(`gets the old value at the soft timeout, and the new one is stored once it is there, with layer 2: ${layer2}`, async () => {
      const one = build({ ...options, layer2, softTimeout: '100ms' });
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const { promise, resolve } = deferred<string>();
      const value = one.cache.wrap('a', () => promise);

      await one.clock.advance(100);
      expect(await value).to.equal('old');
      resolve('new');
      await one.settle();

      expect(one.cache.peek('a')).to.equal('new');
    });
  }

  it('waits on at the soft timeout when there is nothing old', async () => {
    const one = build({ ...options, softTimeout: '100ms' });
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);

    await one.clock.advance(500);
    resolve('loaded');

    expect(await value).to.equal('loaded');
  });

  it('gets an error with a code at the hard timeout when there is nothing old', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    const { promise, resolve } = deferred<string>();
    const value = rejectionOf(one.cache.wrap('a', () => promise));

    await one.clock.advance(100);

    expect(await value).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    resolve('late');
    await one.settle();
    expect(one.cache.peek('a')).to.equal('late');
  });

  it('joins the load that goes on, instead of starting a second one', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    const { promise, resolve } = deferred<string>();
    let loads = 0;
    const load = () => {
      loads += 1;
      return promise;
    };
    const first = rejectionOf(one.cache.wrap('a', load));
    await one.clock.advance(100);
    await first;
    const second = one.cache.wrap('a', load);
    resolve('late');

    expect(await second).to.equal('late');
    expect(loads).to.equal(1);
  });

  it('leaves no unhandled rejection behind when the load fails after that', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    const { promise, reject } = deferred<string>();
    const value = rejectionOf(one.cache.wrap('a', () => promise));
    await one.clock.advance(100);
    await value;

    reject(new Error('too late to matter'));
    await one.settle();

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('does not get an old value that was deleted while it waited', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    const { promise, resolve } = deferred<string>();
    const value = rejectionOf(one.cache.wrap('a', () => promise));

    await one.cache.del('a');
    await one.clock.advance(100);

    expect(await value).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    resolve('loaded before the delete');
    await one.settle();
    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('leaves alone with its own signal, and the others get their value', async () => {
    const one = build(options);
    const { promise, resolve } = deferred<string>();
    const controller = new AbortController();
    const leaving = rejectionOf(one.cache.wrap('a', () => promise, { signal: controller.signal }));
    const staying = one.cache.wrap('a', () => promise);

    controller.abort(new Error('gone'));
    expect(await leaving).to.have.property('message', 'gone');
    resolve('loaded');

    expect(await staying).to.equal('loaded');
  });

  it('does not even begin with a signal that has already been given', async () => {
    const one = build(options);
    let loads = 0;

    const value = rejectionOf(one.cache.wrap('a', () => (loads += 1), { signal: AbortSignal.abort(new Error('gone')) }));

    expect(await value).to.have.property('message', 'gone');
    expect(loads).to.equal(0);
  });

  it('stops its timers when the value comes in time', async () => {
    const one = build({ ...options, layer2: 'none', softTimeout: '1m', hardTimeout: '2m' });

    await one.cache.wrap('a', () => 'loaded');

    expect(one.clock.waiting).to.equal(0);
  });

  describe('when a load never ends', () => {
    let hung = deferred<string>();
    const never = () => hung.promise;

    // What is asserted was asserted before: the test itself is not to leave anything behind.
    afterEach(() => {
      hung.resolve('never');
      hung = deferred();
    });

    it('gets an error at its own hard timeout, although it joined somebody who waits for ever', async () => {
      const one = build({ ...options, layer2: 'none' });
      void one.cache.wrap('a', never);
      const late = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1s' }));

      await one.clock.advance(1_000);

      expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    });

    it('gets a value as soon as the key was invalidated: the load that hangs is nobody’s any more', async () => {
      const one = build({ ...options, layer2: 'none' });
      void one.cache.wrap('a', never);

      await one.cache.del('a');

      expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    });

    it('does not keep the cache from closing in time', async () => {
      const one = build({ ...options, layer2: 'none', hardTimeout: '1s', deadlines: { close: '2s' } });
      const late = rejectionOf(one.cache.wrap('a', never));
      let closed = false;
      const closing = one.cache.close().then(() => (closed = true));

      await one.clock.advance(2_000);
      await closing;

      expect(closed).to.equal(true);
      expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    });
  });
});
