import { expect } from 'chai';
import { getEventListeners } from 'node:events';
import { caches } from '../../builders/caches';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

/** Rejects as `fetch` does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
}

describe('Cache: a caller with a timeout', () => {
  const build = caches();
  const options = { ttl: '10s', staleIfError: '10m', hearsOthers: true } as const;

  for (const l2 of ['none', 'fake'] as const) {
    it(`gets the old value at the soft timeout, and the new one is stored once it is there, with L2: ${l2}`, async () => {
      const one = build({ ...options, l2, softTimeout: '100ms' });
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

  it('starts a timer for each of its timeouts, and none for the other one', async () => {
    for (const [timeouts, timers] of [
      [{}, 0],
      [{ softTimeout: '1m' }, 1],
      [{ softTimeout: '1m', hardTimeout: '2m' }, 2],
    ] as const) {
      const one = build({ ...options, l2: 'none', ...timeouts });
      const { promise, resolve } = deferred<string>();
      const own = one.cache.wrap('a', () => promise, { hardTimeout: '3m' });
      await one.settle();
      const before = one.clock.waiting;
      const joined = one.cache.wrap('a', () => promise);
      await one.settle();

      expect(one.clock.waiting - before).to.equal(timers);
      resolve('loaded');
      expect(await Promise.all([own, joined])).to.deep.equal(['loaded', 'loaded']);
      expect(one.clock.waiting).to.equal(0);
    }
  });

  it('gets the old value after the soft timeout also when L2 brings it later', async () => {
    const one = build({ ...options, softTimeout: '100ms', deadlines: { read: '2s' } });
    one.plant('a', 'old', { ttl: '10s', staleIfError: '10m' }, 11_000);
    one.replies.hold('get');
    const { promise, resolve } = deferred<string>();
    let answer: unknown;
    void one.cache.wrap('a', () => promise).then((value) => (answer = value));
    await one.clock.advance(500);
    expect(answer).to.equal(undefined);

    one.replies.release();
    await one.settle();

    expect(answer).to.equal('old');
    resolve('new');
    await one.settle();
    expect(one.cache.peek('a')).to.equal('new');
  });

  it('gets an error with a code at the hard timeout, and the load is over: its value is not stored', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    const { promise, resolve } = deferred<string>();
    const value = rejectionOf(one.cache.wrap('a', () => promise));

    await one.clock.advance(100);

    expect(await value).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    resolve('late');
    await one.settle();
    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('starts a new load after a hard timeout, which the late one does not disturb', async () => {
    const one = build({ ...options, hardTimeout: '100ms' });
    const [stuck, young] = [deferred<string>(), deferred<string>()];
    const first = rejectionOf(one.cache.wrap('a', () => stuck.promise));
    await one.clock.advance(100);
    await first;
    const second = one.cache.wrap('a', () => young.promise);
    await one.settle();
    stuck.resolve('late');
    await one.settle();
    young.resolve('young');

    expect([await second, one.cache.peek('a')]).to.deep.equal(['young', 'young']);
  });

  it('gets the old value for retryAfterError after a hard timeout, without a load', async () => {
    const one = build({ ...options, l2: 'none', hardTimeout: '100ms', retryAfterError: '5s' });
    await one.cache.set('a', 'old');
    await one.clock.advance(10_000);
    let loads = 0;
    const never = () => {
      loads++;
      return new Promise<string>(() => undefined);
    };
    const first = one.cache.wrap('a', never);
    await one.clock.advance(100);

    expect([await first, await one.cache.wrap('a', never), loads]).to.deep.equal(['old', 'old', 1]);
    await one.clock.advance(5_000);
    const later = one.cache.wrap('a', never);
    await one.clock.advance(100);
    expect([await later, loads]).to.deep.equal(['old', 2]);
  });

  it('does not end the load of a caller with a longer hard timeout', async () => {
    const one = build(options);
    const { promise, resolve } = deferred<string>();
    const patient = one.cache.wrap('a', () => promise, { hardTimeout: '10s' });
    const hasty = rejectionOf(one.cache.wrap('a', () => promise, { hardTimeout: '1s' }));
    await one.clock.advance(1_000);
    await hasty;
    resolve('loaded');

    expect([await patient, one.cache.peek('a')]).to.deep.equal(['loaded', 'loaded']);
  });

  it('ends the load of a caller without a hard timeout: that caller gets its value, which is not stored', async () => {
    const one = build(options);
    const { promise, resolve } = deferred<string>();
    const endless = one.cache.wrap('a', () => promise);
    const hasty = rejectionOf(one.cache.wrap('a', () => promise, { hardTimeout: '1s' }));
    await one.clock.advance(1_000);
    await hasty;
    resolve('loaded');

    expect([await endless, one.cache.peek('a')]).to.deep.equal(['loaded', undefined]);
  });

  it('does not let a refresh in the background block the next ones for ever', async () => {
    const one = build({ ttl: '10s', l2: 'none', staleWhileRevalidate: '1h', hardTimeout: '1s', retryAfterError: 0 });
    await one.cache.set('a', 'old');
    await one.clock.advance(11_000);
    await one.cache.wrap('a', () => new Promise(() => undefined));
    await one.clock.advance(1_000);
    await one.cache.wrap('a', () => 'new');
    await one.settle();

    expect(one.cache.peek('a')).to.equal('new');
  });

  it('causes no unhandled rejection when the load fails after that', async () => {
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

  const reasons: Readonly<Record<string, (controller: AbortController) => void>> = {
    'with an AbortError': (controller) => controller.abort(),
    'with a reason': (controller) => controller.abort(new Error('gone')),
  };

  for (const [how, abort] of Object.entries(reasons)) {
    it(`does not end the calls of others, if its load ends with it: ${how}`, async () => {
      const one = build({ ...options, l2: 'none' });
      const controller = new AbortController();
      const { signal } = controller;
      const leaving = rejectionOf(one.cache.wrap('a', () => aborted(signal), { signal }));
      let loads = 0;
      const load = async () => (loads += 1);
      const staying = [one.cache.wrap('a', load), one.cache.wrap('a', load, { hardTimeout: '1m' }), one.cache.wrap('a', load)];
      await one.settle();

      abort(controller);
      expect(await leaving).to.equal(signal.reason);

      expect(await Promise.all(staying)).to.deep.equal([1, 1, 1]);
    });
  }

  it('does not end the calls of others, if only its loader knows the signal', async () => {
    const one = build({ ...options, l2: 'none' });
    const controller = new AbortController();
    const leaving = rejectionOf(one.cache.wrap('a', () => aborted(controller.signal)));
    const staying = one.cache.wrap('a', () => 'loaded');
    await one.settle();

    controller.abort();
    expect(await leaving).to.have.property('name', 'AbortError');
    expect(await staying).to.equal('loaded');
  });

  it('does not go on for others, if their load aborts itself, too', async () => {
    const one = build({ ...options, l2: 'none' });
    let loads = 0;
    const load = async () => {
      loads += 1;
      return aborted(AbortSignal.abort());
    };

    const errors = await Promise.all([1, 2, 3].map(() => rejectionOf(one.cache.wrap('a', load))));

    for (const error of errors) expect(error).to.have.property('name', 'AbortError');
    expect(loads).to.equal(2);
  });

  for (const [how, leave] of Object.entries({
    'its own hard timeout': (one: CacheUnderTest, load: () => Promise<string>) => one.cache.wrap('a', load, { hardTimeout: '1s' }),
    'its own signal': (one: CacheUnderTest, load: () => Promise<string>) => {
      const controller = new AbortController();
      one.clock.schedule(1_000, () => controller.abort(new Error('gone')));
      return rejectionOf(one.cache.wrap('a', load, { signal: controller.signal }));
    },
  })) {
    it(`says nothing about the source when it leaves by ${how}: the next load does not wait for retryAfterError`, async () => {
      const one = build({ ...options, l2: 'none', retryAfterError: '1m' });
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const slow = deferred<string>();
      const patient = one.cache.wrap('a', () => slow.promise, { hardTimeout: '10s' });
      const hasty = leave(one, () => slow.promise);
      await one.clock.advance(1_000);
      await hasty;
      await one.cache.set('a', 'older', '1s');
      await one.clock.advance(1_000);

      expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
      slow.resolve('late');
      await patient;
    });
  }

  it('does not even begin with a signal that has already been given', async () => {
    const one = build(options);
    let loads = 0;

    const value = rejectionOf(one.cache.wrap('a', () => (loads += 1), { signal: AbortSignal.abort(new Error('gone')) }));

    expect(await value).to.have.property('message', 'gone');
    expect(loads).to.equal(0);
  });

  it('leaves no listener on its signal, with a value, an error or a timeout', async () => {
    const one = build({ ...options, l2: 'none' });
    const { signal } = new AbortController();
    const never = deferred<string>();

    await one.cache.wrap('a', () => 'loaded', { signal });
    await rejectionOf(one.cache.wrap('b', () => Promise.reject(new Error('no database')), { signal }));
    const late = rejectionOf(one.cache.wrap('c', () => never.promise, { signal, hardTimeout: '1s' }));
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1);
    await one.clock.advance(1_000);
    await late;

    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
    never.resolve('late');
  });

  it('stops its timers when the value comes in time', async () => {
    const one = build({ ...options, l2: 'none', softTimeout: '1m', hardTimeout: '2m' });

    await one.cache.wrap('a', () => 'loaded');

    expect(one.clock.waiting).to.equal(0);
  });

  describe('when a load never ends', () => {
    let hung = deferred<string>();
    const never = () => hung.promise;

    // The assertions are done: the test waits for its own background work.
    afterEach(() => {
      hung.resolve('never');
      hung = deferred();
    });

    it('keeps nothing of the callers that have left', async () => {
      const one = build({ ...options, l2: 'none', hardTimeout: '10s' });
      void rejectionOf(one.cache.wrap('a', never));
      for (let call = 0; call < 100; call++) {
        const late = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1ms' }));
        await one.clock.advance(1);
        expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
      }

      expect(one.background.size).to.be.at.most(2);
      expect(one.clock.waiting).to.equal(1);
      await one.clock.advance(10_000);
    });

    it('gets an error at its own hard timeout, although it joined a caller that waits as long as it takes', async () => {
      const one = build({ ...options, l2: 'none' });
      void one.cache.wrap('a', never);
      const late = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1s' }));

      await one.clock.advance(1_000);

      expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    });

    it('gets a value as soon as the key was invalidated: no caller waits for the hanging load any more', async () => {
      const one = build({ ...options, l2: 'none' });
      void one.cache.wrap('a', never);

      await one.cache.del('a');

      expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    });

    describe('and the hard timeout of another caller ends it', () => {
      let loads = 0;
      const load = () => `load ${String(++loads)}`;

      beforeEach(() => {
        loads = 0;
      });

      for (const [caller, leave] of [
        ['without a timeout', {}],
        ['with a soft timeout alone', { softTimeout: '100ms' }],
        ['with a signal alone', { signal: new AbortController().signal }],
      ] as const) {
        it(`shares a new load with the others ${caller}`, async () => {
          const one = build({ ttl: '1m', l2: 'none' });
          const first = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1s' }));
          const joined = [1, 2, 3].map(() => one.cache.wrap('a', load, leave));
          await one.clock.advance(1_000);

          expect(await first).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
          expect([await Promise.all(joined), one.cache.peek('a')]).to.deep.equal([['load 1', 'load 1', 'load 1'], 'load 1']);
          expect([one.clock.waiting, one.background.size]).to.deep.equal([0, 0]);
        });
      }

      it('lets callers without a timeout go that joined a caller without one', async () => {
        const one = build({ ttl: '1m', l2: 'none' });
        void one.cache.wrap('a', never);
        const joined = one.cache.wrap('a', load);
        const late = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1s' }));
        await one.clock.advance(1_000);

        expect([await joined, await late]).to.have.nested.property('[0]', 'load 1');
      });

      it('gives them an old value, if there is one, until retryAfterError has passed', async () => {
        const one = build({ ...options, l2: 'none', retryAfterError: '5s' });
        await one.cache.set('a', 'old');
        await one.clock.advance(10_000);
        const first = one.cache.wrap('a', never, { hardTimeout: '1s' });
        const joined = one.cache.wrap('a', load);
        await one.clock.advance(1_000);

        expect([await first, await joined, loads]).to.deep.equal(['old', 'old', 0]);
      });

      it('also when the caller with the timeout has left before, by its signal', async () => {
        const one = build({ ttl: '1m', l2: 'none' });
        const leaving = new AbortController();
        const first = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1s', signal: leaving.signal }));
        const joined = one.cache.wrap('a', load);
        leaving.abort();
        await first;
        await one.clock.advance(1_000);

        expect(await joined).to.equal('load 1');
      });

      it('also when the caller with the timeout has left before, with an old value at its soft timeout', async () => {
        const one = build({ ttl: '10s', staleIfError: '1m', l2: 'none', retryAfterError: 0 });
        await one.cache.set('a', 'old');
        await one.clock.advance(10_000);
        const first = one.cache.wrap('a', never, { softTimeout: '100ms', hardTimeout: '1s' });
        const joined = one.cache.wrap('a', load);
        await one.clock.advance(100);
        expect(await first).to.equal('old');
        await one.clock.advance(900);

        expect(await joined).to.equal('load 1');
      });
    });

    it('does not keep the cache from closing in time', async () => {
      const one = build({ ...options, l2: 'none', hardTimeout: '1s', deadlines: { close: '2s' } });
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
