import { expect } from 'chai';
import type { WrapOptions } from '../../../src';
import { withRunLimit } from '../../../src/domain/reading/run-limit';
import { caches } from '../../builders/caches';
import { deferred, type Deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

describe('A load with a limit, as route handlers and decorated methods have it', () => {
  const build = caches();
  let exceeded = 0;
  let hung: Deferred<string>;

  beforeEach(() => {
    exceeded = 0;
    hung = deferred();
  });

  // The assertions are done: the test waits for its own background work.
  afterEach(() => {
    hung.resolve('never');
  });

  const limited = (options: WrapOptions = {}): WrapOptions => withRunLimit(options, { ms: 30_000, onExceeded: () => exceeded++ });
  const never = () => hung.promise;

  it('goes on for the caller that began it, and its late value is not stored', async () => {
    const one = build({});
    const value = one.cache.wrap('a', never, limited());
    await one.clock.advance(30_000);
    hung.resolve('late');

    expect([await value, exceeded]).to.deep.equal(['late', 1]);
    await one.settle();
    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('is shared for as long as the limit, and not after it', async () => {
    const one = build({ l2: 'none' });
    void one.cache.wrap('a', never, limited());
    await one.clock.advance(29_999);
    let loads = 0;
    const load = () => ++loads;
    const joined = one.cache.wrap<unknown>('a', load, limited());
    await one.settle();
    expect(loads).to.equal(0);

    await one.clock.advance(1);

    expect([await joined, await one.cache.wrap('a', load, limited()), loads]).to.deep.equal([1, 1, 1]);
    hung.resolve('late');
    await one.settle();
    expect(one.cache.peek('a')).to.equal(1);
  });

  it('lets all callers go that have joined it: one of them begins a new load, which the others share', async () => {
    const one = build({});
    void one.cache.wrap('a', never, limited());
    let loads = 0;
    const joined = [1, 2, 3].map(() => one.cache.wrap<unknown>('a', () => ++loads, limited()));

    await one.clock.advance(30_000);

    expect([await Promise.all(joined), loads]).to.deep.equal([[1, 1, 1], 1]);
  });

  it('limits a load, too, that a plain wrap began: the limit counts from the first caller that has one', async () => {
    const one = build({ l2: 'none' });
    void one.cache.wrap('a', never);
    await one.clock.advance(10_000);
    let loads = 0;
    const joined = [limited(), limited(), undefined].map((options) => one.cache.wrap<unknown>('a', () => ++loads, options));
    await one.clock.advance(29_999);
    expect([loads, one.clock.waiting]).to.deep.equal([0, 1]);

    await one.clock.advance(1);

    expect([await Promise.all(joined), loads, exceeded]).to.deep.equal([[1, 1, 1], 1, 0]);
    expect([one.cache.peek('a'), one.clock.waiting]).to.deep.equal([1, 0]);
  });

  it('is limited again when the next load does not end either', async () => {
    const one = build({ l2: 'none' });
    void one.cache.wrap('a', never, limited());
    void one.cache.wrap('a', never, limited());
    await one.clock.advance(30_000);
    const third = one.cache.wrap('a', () => 'loaded', limited());
    await one.clock.advance(29_999);
    expect(exceeded).to.equal(1);

    await one.clock.advance(1);

    expect([await third, exceeded]).to.deep.equal(['loaded', 2]);
  });

  it('answers with an old value that may be served after an error, until retryAfterError has passed', async () => {
    const one = build({ l2: 'none', ttl: '1m', staleIfError: '1h', retryAfterError: '10s' });
    await one.cache.set('a', 'old');
    await one.clock.advance(61_000);
    void one.cache.wrap('a', never, limited());
    const joined = one.cache.wrap('a', () => 'new', limited());
    await one.clock.advance(30_000);

    expect([await joined, await one.cache.wrap('a', () => 'new', limited())]).to.deep.equal(['old', 'old']);
    await one.clock.advance(10_000);
    expect(await one.cache.wrap('a', () => 'new', limited())).to.equal('new');
  });

  it('ends as a refresh in the background, so that the next one can begin', async () => {
    const one = build({ l2: 'none', ttl: '1m', staleWhileRevalidate: '1h', retryAfterError: 0 });
    const refreshes = one.listen('refresh');
    await one.cache.set('a', 'old');
    await one.clock.advance(61_000);
    await one.cache.wrap('a', never, limited());
    await one.clock.advance(30_000);
    await one.cache.wrap('a', () => 'new', limited());
    await one.settle();

    expect([one.cache.peek('a'), exceeded]).to.deep.equal(['new', 1]);
    expect(refreshes.map(({ outcome }) => outcome)).to.deep.equal(['failed', 'done']);
  });

  for (const [where, options] of [
    ['of the cache', { ofCache: { hardTimeout: '1m' }, ofCall: {} }],
    ['of the call', { ofCache: {}, ofCall: { hardTimeout: '1m' } }],
  ] as const) {
    it(`has the hardTimeout ${where} in place of the limit`, async () => {
      const one = build({ l2: 'none', ...options.ofCache });
      const calls = [1, 2].map(() => rejectionOf(one.cache.wrap('a', never, limited(options.ofCall))));
      await one.clock.advance(59_999);
      let loads = 0;
      calls.push(rejectionOf(one.cache.wrap('a', () => ++loads, limited(options.ofCall))));
      await one.clock.advance(1);

      for (const call of calls.slice(0, 2)) expect(await call).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
      expect([loads, exceeded]).to.deep.equal([0, 0]);
      await one.clock.advance(60_000);
      await calls[2];
    });
  }

  it('leaves a load to the hardTimeout of the caller that began it', async () => {
    const one = build({ l2: 'none' });
    const late = rejectionOf(one.cache.wrap('a', never, { hardTimeout: '1m' }));
    let loads = 0;
    const joined = one.cache.wrap('a', () => ++loads, limited());
    await one.clock.advance(59_999);
    expect([loads, one.clock.waiting]).to.deep.equal([0, 1]);

    await one.clock.advance(1);

    expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    expect([await joined, loads, exceeded]).to.deep.equal([1, 1, 0]);
  });

  it('stops its timer when it ends in time, with a value or with an error', async () => {
    const one = build({ l2: 'none' });

    await one.cache.wrap('a', () => 'loaded', limited());
    await rejectionOf(one.cache.wrap('b', () => Promise.reject(new Error('no database')), limited()));

    expect([one.clock.waiting, exceeded]).to.deep.equal([0, 0]);
  });
});
