import { expect } from 'chai';
import type { LoadContext } from '../../../src/domain/reading/loader';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

/** A loader that answers when the test says so, and the number of its calls. */
function countedLoad() {
  const { promise, resolve } = deferred<string>();
  let calls = 0;
  const load = () => {
    calls += 1;
    return promise;
  };
  return { load, loads: () => calls, resolve };
}

describe('Cache: wrap', () => {
  const build = caches();

  it('loads a value that no tier has, and stores it in both', async () => {
    const one = build();
    const loads = one.listen('load');

    expect(await one.cache.wrap('a', async () => 'loaded')).to.equal('loaded');

    expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['loaded', 'loaded']);
    expect(loads).to.deep.equal([{ key: 'a', outcome: 'stored', durationMs: 0 }]);
  });

  it('does not load a value that a tier has', async () => {
    const one = build();
    await one.cache.set('a', 1);
    one.plant('b', 2);
    const load = () => {
      throw new Error('must not load');
    };

    expect([await one.cache.wrap('a', load), await one.cache.wrap('b', load)]).to.deep.equal([1, 2]);
  });

  it('emits the duration of a load, and a miss', async () => {
    const one = build();
    const [loads, misses] = [one.listen('load'), one.listen('miss')];
    const { promise, resolve } = deferred<number>();
    const value = one.cache.wrap('a', () => promise);
    await one.clock.advance(40);
    resolve(1);
    await value;

    expect(loads).to.deep.equal([{ key: 'a', outcome: 'stored', durationMs: 40 }]);
    expect(misses).to.deep.equal([{ key: 'a' }]);
  });

  it('never loses a value that could not be written', async () => {
    const one = build();
    await one.cache.start();
    one.store.refuseWrites();

    expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
  });

  describe('when the loader fails', () => {
    const failures: Readonly<Record<string, () => Promise<never>>> = {
      'rejects with an error': () => Promise.reject(new TypeError('no database')),
      'rejects with undefined': () => {
        const { promise, reject } = deferred<never>();
        reject(undefined);
        return promise;
      },
      'throws before it begins': () => {
        throw new TypeError('no database');
      },
    };
    for (const [name, load] of Object.entries(failures)) {
      it(`${name}: the caller gets just that, and nothing is cached`, async () => {
        const one = build();
        const loads = one.listen('load');
        const reason = await rejectionOf(one.cache.wrap('a', load));

        if (reason !== undefined) expect(reason).to.be.instanceOf(TypeError).with.property('message', 'no database');
        expect(loads.map(({ outcome }) => outcome)).to.deep.equal(['failed']);
        expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
      });
    }
  });

  describe('context', () => {
    it('passes the key as the caller gave it', async () => {
      const { cache } = build();

      expect(await cache.wrap('user 1', ({ key }) => key)).to.equal('user 1');
    });

    it('passes the older value, and its age', async () => {
      const one = build({ ttl: '10s', staleWhileRevalidate: '1m' });
      one.plant('a', 'older', undefined, 12_000);
      const seen: unknown[] = [];
      const load = ({ stale }: LoadContext) => {
        seen.push(stale);
        return 'newer';
      };

      await one.cache.wrap('a', load, { staleWhileRevalidate: 0 });
      await one.cache.wrap('b', load);

      expect(seen).to.deep.equal([{ value: 'older', ageMs: 12_000, tags: [] }, undefined]);
    });

    it('changes the life of this call only', async () => {
      const one = build({ ttl: '1m' });
      await one.cache.wrap('a', (ctx) => {
        ctx.setTtl('10s');
        ctx.setTags(['user:1']);
        return 1;
      });
      await one.cache.wrap('b', () => 1);

      expect(one.inL2('a')).to.deep.include({ tags: ['user:1'] });
      expect(one.store.peek(one.remoteKey('a'))?.ttlMs).to.equal(10_000);
      expect(one.store.peek(one.remoteKey('b'))?.ttlMs).to.equal(60_000);
      expect(one.inL2('b')).to.deep.include({ tags: [] });
    });

    it('keeps the tags of the call when only the ttl is changed, and the other way round', async () => {
      const one = build();
      await one.cache.wrap(
        'a',
        (ctx) => {
          ctx.setTtl({ primary: '1s', secondary: '10s' });
          return 1;
        },
        { tags: ['given'], ttl: '1h' },
      );
      await one.cache.wrap(
        'b',
        (ctx) => {
          ctx.setTags(['set']);
          return 1;
        },
        { tags: ['given'], ttl: '1h' },
      );

      expect(one.inL2('a')).to.deep.include({ tags: ['given'], l1TtlMs: 1_000 });
      expect(one.inL2('b')).to.deep.include({ tags: ['set'] });
      expect(one.store.peek(one.remoteKey('b'))?.ttlMs).to.equal(3_600_000);
    });

    it('skips storing', async () => {
      const one = build();
      const loads = one.listen('load');

      const value = await one.cache.wrap('a', (ctx) => {
        ctx.skip();
        return 'not for the cache';
      });

      expect(value).to.equal('not for the cache');
      expect([await one.cache.has('a'), one.calls('set')]).to.deep.equal([false, 0]);
      expect(loads.map(({ outcome }) => outcome)).to.deep.equal(['skipped']);
    });

    it('refuses a wrong ttl and wrong tags in the loader', async () => {
      const { cache } = build();

      const wrongTtl = cache.wrap('a', (ctx) => {
        ctx.setTtl(0);
      });
      const wrongTags = cache.wrap('b', (ctx) => {
        ctx.setTags('tag' as unknown as string[]);
      });

      for (const call of [wrongTtl, wrongTags]) expect(await rejectionOf(call)).to.have.property('code', 'CACHE_OPTION_INVALID');
    });

    it('has a signal that is aborted when the cache closes', async () => {
      const one = build();
      const { promise, resolve } = deferred<boolean>();
      const aborted = one.cache.wrap('a', async ({ signal }) => {
        signal.addEventListener('abort', () => {
          resolve(signal.aborted);
        });
        return promise;
      });
      await one.settle();

      await one.cache.close();

      expect(await aborted).to.equal(true);
    });
  });

  describe('staleWhileRevalidate', () => {
    const options = { ttl: '10s', staleWhileRevalidate: '1m' } as const;

    it('returns the old value at once and loads the new one in the background', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const [stales, refreshes] = [one.listen('stale'), one.listen('refresh')];
      const { promise, resolve } = deferred<string>();

      expect(await one.cache.wrap('a', () => promise)).to.equal('old');
      expect(one.cache.peek('a')).to.equal(undefined);
      resolve('new');
      await one.settle();

      expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['new', 'new']);
      expect(stales).to.deep.equal([{ key: 'a' }]);
      expect(refreshes).to.deep.equal([{ key: 'a', outcome: 'done' }]);
    });

    it('returns an old value of L2 too', async () => {
      const one = build(options);
      one.plant('a', 'old', undefined, 15_000);

      expect(await one.cache.wrap('a', () => 'new')).to.equal('old');
      await one.settle();

      expect(await one.cache.wrap('a', () => 'newer')).to.equal('new');
    });

    it('loads in the foreground once the old value is dead', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(70_000);

      expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
    });

    it('obeys the call before the cache', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(15_000);

      expect(await one.cache.wrap('a', () => 'new', { staleWhileRevalidate: '5s' })).to.equal('new');
    });

    it('makes one background load, whatever the number of callers', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const refreshes = one.listen('refresh');
      const { load, loads, resolve } = countedLoad();

      const answers = await Promise.all(Array.from({ length: 1_000 }, () => one.cache.wrap('a', load)));
      resolve('new');
      await one.settle();

      expect([new Set(answers), loads(), one.cache.peek('a')]).to.deep.equal([new Set(['old']), 1, 'new']);
      expect(refreshes).to.deep.equal([{ key: 'a', outcome: 'done' }]);
    });

    it('uses a value that another process has just loaded, instead of loading again', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      one.plant('a', 'loaded elsewhere');

      expect(await one.cache.wrap('a', () => 'loaded here')).to.equal('old');
      await one.settle();

      expect(one.cache.peek('a')).to.equal('loaded elsewhere');
    });

    it('keeps the old value, and emits it, if the background load fails', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const [errors, refreshes] = [one.listen('error'), one.listen('refresh')];
      const reason = new Error('no database');

      for (let call = 0; call < 2; call++) {
        expect(await one.cache.wrap('a', () => Promise.reject(reason), { retryAfterError: 0 })).to.equal('old');
        await one.settle();
      }

      expect(errors).to.deep.equal(Array(2).fill({ error: reason, key: 'a' }));
      expect(refreshes).to.deep.equal(Array(2).fill({ key: 'a', outcome: 'failed' }));
    });

    it('does not bring back a value that was deleted during its background load', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(10_000);
      const { promise, resolve } = deferred<string>();
      await one.cache.wrap('a', () => promise);
      await one.settle();

      await one.cache.del('a');
      resolve('loaded before the delete');
      await one.settle();

      expect([await one.cache.get('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
    });
  });

  describe('refreshAhead', () => {
    const options = { ttl: '10s', refreshAhead: 0.8 } as const;

    it('returns the value, and loads a new one in the background once that fraction of its ttl is over', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');

      await one.clock.advance(7_999);
      expect(await one.cache.wrap('a', () => 'too early')).to.equal('old');
      await one.settle();
      await one.clock.advance(1);
      expect(await one.cache.wrap('a', () => 'new')).to.equal('old');
      await one.settle();

      expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['new', 'new']);
    });

    it('loads once, not per call', async () => {
      const one = build(options);
      await one.cache.set('a', 'old');
      await one.clock.advance(9_000);
      const { load, loads, resolve } = countedLoad();

      const answers = await Promise.all(Array.from({ length: 1_000 }, () => one.cache.wrap('a', load)));
      await one.settle();
      expect(await one.cache.wrap('a', load)).to.equal('old');
      resolve('new');
      await one.settle();
      expect(await one.cache.wrap('a', load)).to.equal('new');

      expect([new Set(answers), loads()]).to.deep.equal([new Set(['old']), 1]);
    });

    it('may be asked for by one call', async () => {
      const one = build({ ttl: '10s' });
      await one.cache.set('a', 'old');
      await one.clock.advance(5_000);

      expect(await one.cache.wrap('a', () => 'new', { refreshAhead: 0.5 })).to.equal('old');
      await one.settle();

      expect(one.cache.peek('a')).to.equal('new');
    });

    it('counts the age from the write, also for a value of L2', async () => {
      const one = build(options);
      one.plant('a', 'old', undefined, 8_000);

      expect(await one.cache.wrap('a', () => 'new')).to.equal('old');
      await one.settle();

      expect(one.cache.peek('a')).to.equal('new');
    });
  });
});
