import { Test, type TestingModule } from '@nestjs/testing';
import { expect } from 'chai';
import { Keyv } from 'keyv';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Cache, CacheManagerOptions, Events } from '../../../src/nest/compat';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';
import { alike, both, type Compat } from './both';

const eventNames = ['get', 'mget', 'ttl', 'set', 'mset', 'del', 'mdel', 'clear', 'refresh'] as const satisfies readonly (keyof Events)[];

describe('the cache that CACHE_MANAGER injects', () => {
  let clock: SinonFakeTimers;
  const modules: TestingModule[] = [];

  beforeEach(() => {
    clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  });

  afterEach(async () => {
    clock.restore();
    for (const module of modules.splice(0)) await module.close();
  });

  async function cacheOf({ Cache, CacheModule }: Compat, options: CacheManagerOptions = {}): Promise<Cache> {
    const module = await Test.createTestingModule({ imports: [CacheModule.register({ ...options })] }).compile();
    modules.push(await module.init());
    return module.get(Cache);
  }

  /** All events from now on. */
  function eventsOf(cache: Cache): unknown[] {
    const events: unknown[] = [];
    for (const name of eventNames) cache.on(name, (...payload: unknown[]) => events.push([name, ...payload]));
    return events;
  }

  /** Waits for work in the background. */
  const settle = () => new Promise(setImmediate);

  for (const { name, compat } of alike()) {
    describe(name, () => {
      it('resolves with the value that was set, and with undefined for an unknown key', async () => {
        const cache = await cacheOf(compat);

        expect(await cache.get('a')).to.equal(undefined);
        expect(await cache.set('a', 1)).to.equal(1);
        expect(await cache.set('b', null)).to.equal(null);
        expect(await cache.mget(['a', 'b', 'c'])).to.deep.equal([1, null, undefined]);
      });

      it('resolves a list of writes with the ttl of each item', async () => {
        const cache = await cacheOf(compat, { ttl: 1_000 });

        const list = await cache.mset([
          { key: 'a', value: 1 },
          { key: 'b', value: 2, ttl: 2_000 },
        ]);

        expect(list).to.deep.equal([
          { key: 'a', value: 1, ttl: 1_000 },
          { key: 'b', value: 2, ttl: 2_000 },
        ]);
        expect([await cache.ttl('a'), await cache.ttl('b')]).to.deep.equal([1_001_000, 1_002_000]);
      });

      it('resolves with true for every delete', async () => {
        const cache = await cacheOf(compat);
        await cache.mset(['a', 'b', 'c', 'd'].map((key) => ({ key, value: 1 })));

        expect([await cache.del('a'), await cache.del('none'), await cache.mdel(['b', 'none'])]).to.deep.equal([true, true, true]);
        expect(await cache.mget(['a', 'b', 'c'])).to.deep.equal([undefined, undefined, 1]);
        expect([await cache.clear(), await cache.get('c')]).to.deep.equal([true, undefined]);
      });

      it('expires after the ttl of the call, or else that of the options', async () => {
        const cache = await cacheOf(compat, { ttl: 1_000 });
        await cache.set('short', 1);
        await cache.set('long', 1, 2_000);

        await clock.tickAsync(1_500);
        expect(await cache.mget(['short', 'long'])).to.deep.equal([undefined, 1]);

        await clock.tickAsync(1_000);
        expect(await cache.get('long')).to.equal(undefined);
      });

      for (const ttl of [0, Number.MAX_SAFE_INTEGER, Infinity]) {
        it(`keeps an entry with a ttl of ${ttl} forever`, async () => {
          const cache = await cacheOf(compat, { ttl: 1_000 });
          await cache.set('a', 1, ttl);

          await clock.tickAsync(3_600_000);

          expect(await cache.get('a')).to.equal(1);
        });
      }

      it('keeps an entry without a ttl forever', async () => {
        const cache = await cacheOf(compat);
        await cache.set('a', 1);

        await clock.tickAsync(3_600_000);

        expect([await cache.get('a'), await cache.ttl('a')]).to.deep.equal([1, undefined]);
      });

      it('returns values by reference from a cache without stores', async () => {
        const cache = await cacheOf(compat);
        const city = { name: 'Rome' };
        await cache.set('city', city);

        expect(await cache.get('city')).to.equal(city);
      });

      it('returns copies from a store that serialises', async () => {
        const cache = await cacheOf(compat, { stores: [new Keyv()] });
        const city = new (class City {
          name = 'Rome';
        })();
        await cache.set('city', city);
        city.name = 'Paris';
        Object.assign((await cache.get<object>('city')) ?? {}, { name: 'London' });

        expect(await cache.get('city')).to.deep.equal({ name: 'Rome' });
      });

      it('works without `this`', async () => {
        const { get, set, del, wrap } = await cacheOf(compat);
        await set('a', 1);
        await Promise.all(['a'].map(del));

        expect([await get('a'), await wrap('b', () => 2)]).to.deep.equal([undefined, 2]);
      });

      it('shares one load among concurrent calls of `wrap`, and serves its value afterwards', async () => {
        const cache = await cacheOf(compat);
        const value = deferred<number>();
        let loads = 0;
        const load = () => (loads++, value.promise);

        const asked = [cache.wrap('a', load), cache.wrap('a', load)];
        await settle();
        value.resolve(1);

        expect([...(await Promise.all(asked)), await cache.wrap('a', load)]).to.deep.equal([1, 1, 1]);
        expect(loads).to.equal(1);
      });

      it('computes the ttl of `wrap` from the value', async () => {
        const cache = await cacheOf(compat);
        await cache.wrap(
          'a',
          () => 500,
          (value) => value,
        );
        await cache.wrap('b', () => 500, { ttl: (value) => 2 * value });

        expect([await cache.ttl('a'), await cache.ttl('b')]).to.deep.equal([1_000_500, 1_001_000]);
      });

      it('resolves `wrap` with the expiry if asked for `raw`', async () => {
        const cache = await cacheOf(compat);
        const raw = () => cache.wrap('a', () => 1, { ttl: 500, raw: true });

        expect([await raw(), await raw()]).to.deep.equal([
          { value: 1, expires: 1_000_500 },
          { value: 1, expires: 1_000_500 },
        ]);
      });

      it("rejects with the loader's own error, and does not cache it", async () => {
        const cache = await cacheOf(compat);
        const error = new Error('no');

        expect(await rejectionOf(cache.wrap('a', () => Promise.reject(error)))).to.equal(error);
        expect(await cache.wrap('a', () => 1)).to.equal(1);
      });

      for (const [how, options, terms] of [
        ['the options of the cache', { refreshThreshold: 300 }, [1_000]],
        ['an argument', {}, [1_000, 300]],
        ['a function', {}, [1_000, () => 300]],
        ['the options of the call', {}, [{ ttl: 1_000, refreshThreshold: () => 300 }]],
      ] as const) {
        it(`refreshes a value in the background shortly before it expires: by ${how}`, async () => {
          const cache = await cacheOf(compat, options);
          let loads = 0;
          const ask = () => (cache.wrap as (...given: unknown[]) => Promise<unknown>)('a', () => ++loads, ...terms);

          await ask();
          await clock.tickAsync(600);
          expect(await ask()).to.equal(1);
          await settle();
          expect(loads).to.equal(1);
          await clock.tickAsync(200);
          expect(await ask()).to.equal(1);
          await settle();

          expect(await ask()).to.equal(2);
          expect(await cache.ttl('a')).to.equal(1_001_800);
        });
      }

      it('resolves with the old value when the refresh fails, and emits the error', async () => {
        const cache = await cacheOf(compat);
        await cache.wrap('a', () => 1, 1_000);
        await clock.tickAsync(900);
        const events = eventsOf(cache);
        const error = new Error('no');

        expect(await cache.wrap('a', () => Promise.reject(error), 1_000, 300)).to.equal(1);
        await settle();

        expect(events).to.deep.equal([['refresh', { key: 'a', value: 1, error }]]);
      });

      it('emits nothing to a listener that was removed', async () => {
        const cache = await cacheOf(compat);
        const events: unknown[] = [];
        const listener = (payload: unknown) => void events.push(payload);
        cache.on('del', listener);
        cache.off('del', listener);
        await cache.del('a');

        expect(events).to.deep.equal([]);
      });
    });
  }

  it('emits the same events with the same payloads as the original', async () => {
    const [theirs, ours] = await Promise.all(
      alike().map(async ({ compat }) => {
        const cache = await cacheOf(compat, { stores: [new Keyv()] });
        // L1 has a coarse clock, which starts at 0.
        await clock.tickAsync(50);
        const events = eventsOf(cache);
        await cache.get('a');
        await cache.set('a', 1, 5_000);
        await cache.get('a');
        await cache.mset([{ key: 'b', value: 2, ttl: 5_000 }]);
        await cache.mget(['a', 'b', 'c']);
        await cache.wrap('d', () => 4, 5_000);
        await cache.wrap('d', () => 5, 5_000);
        await cache.wrap('d', () => 6, 5_000, 10_000);
        await settle();
        await cache.del('a');
        await cache.mdel(['b', 'd']);
        await cache.clear();
        return events;
      }),
    );

    expect(ours).to.deep.equal(theirs);
    expect(theirs).to.have.length.above(12);
  });

  it('emits `ttl` when an expiry is read', async () => {
    for (const { compat } of alike()) {
      const cache = await cacheOf(compat);
      await cache.set('a', 1, 5_000);
      const events = eventsOf(cache);
      await cache.ttl('a');

      expect(events).to.deep.equal([['ttl', { key: 'a', value: { value: 1, expires: 1_005_000 } }]]);
    }
  });

  for (const { name, compat, expected } of both({ original: 'stays forever', ours: 'is refused' })) {
    for (const ttl of [NaN, '5000', -1] as number[]) {
      it(`[ttl-checked] a ttl of ${JSON.stringify(ttl)}: ${name}, ${ttl === -1 && expected !== 'is refused' ? 'has ended' : expected}`, async () => {
        const cache = await cacheOf(compat);
        const setting = cache.set('a', 1, ttl);

        if (expected === 'is refused') expect(await rejectionOf(setting)).to.have.property('code', 'CACHE_OPTION_INVALID');
        else {
          await setting;
          await clock.tickAsync(1);
          expect(await cache.get('a')).to.equal(ttl === -1 ? undefined : 1);
        }
      });
    }
  }

  for (const { name, compat, expected } of both({ original: 'old', ours: undefined })) {
    it(`[del-wins] after a delete during a load, the value that was loaded before it is: ${name}, ${expected ?? 'not there'}`, async () => {
      const cache = await cacheOf(compat);
      const value = deferred<string>();
      const wrapped = cache.wrap('a', () => value.promise);
      await settle();
      await cache.del('a');
      value.resolve('old');
      await wrapped;

      expect(await cache.get('a')).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 20_000, ours: 10_000 })) {
    it(`[memory-bounded] of 20000 entries memory keeps: ${name}, ${expected}`, async () => {
      const cache = await cacheOf(compat);
      const keys = Array.from({ length: 20_000 }, (_, index) => `key ${index}`);
      await cache.mset(keys.map((key) => ({ key, value: 1 })));

      expect((await cache.mget(keys)).filter((value) => value === 1)).to.have.length(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 'string', ours: 'Date' })) {
    it(`[values-keep-their-type] a date comes out of a store that serialises as: ${name}, ${expected}`, async () => {
      const cache = await cacheOf(compat, { stores: [new Keyv()] });
      await cache.set('now', { at: new Date() });
      const found = await cache.get<{ at: unknown }>('now');

      expect(found?.at instanceof Date ? 'Date' : typeof found?.at).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 2, ours: 1 })) {
    it(`[refresh-pauses] a failed refresh is tried again by the next caller: ${name}, ${expected} tries`, async () => {
      const cache = await cacheOf(compat);
      await cache.wrap('a', () => 1, 1_000);
      await clock.tickAsync(900);
      let tries = 0;
      const fail = () => (tries++, Promise.reject(new Error('no')));
      const ask = async () => {
        await cache.wrap('a', fail, 1_000, 300);
        await settle();
      };
      await ask();
      await ask();

      expect(tries).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 1, ours: 0 })) {
    it(`[stores-as-given] a cache without stores lists: ${name}, ${expected}`, async () => {
      expect((await cacheOf(compat)).stores).to.have.length(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 1, ours: undefined })) {
    it(`[memory-starts-empty] the cache has an entry that its store in memory held before: ${name}, ${expected === 1 ? 'yes' : 'no'}`, async () => {
      const keyv = new Keyv();
      await keyv.set('a', 1);

      expect(await (await cacheOf(compat, { stores: [keyv] })).get('a')).to.equal(expected);
    });
  }
});
