import KeyvRedis from '@keyv/redis';
import { Cacheable, CacheableMemory, createKeyv, Keyv, KeyvCacheableMemory } from 'cacheable';
import { expect } from 'chai';
import { fromCacheable } from '../../../src/adapters/cacheable/from-cacheable';
import { RecordingLogger, testKey } from '../../../src/testing';
import { LRUCache } from 'lru-cache';
import { createCache } from '../../../src/create-cache';
import { caught } from '../keyv/caught';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('fromCacheable', () => {
  it('gives a Cacheable without options the ttl forever, and clones values', () => {
    expect(fromCacheable(new Cacheable())).to.deep.equal({ primary: { useClone: true }, ttl: 'forever' });
  });

  it('keeps ttl, maxTtl, namespace and nonBlocking', () => {
    const options = fromCacheable(new Cacheable({ ttl: '1h', maxTtl: '1d', namespace: 'shop', nonBlocking: true }));

    expect(options).to.deep.equal({ primary: { useClone: true }, ttl: hourMs, maxTtl: dayMs, namespace: 'shop', nonBlocking: true });
  });

  it('calls a namespace that is a function', () => {
    expect(fromCacheable(new Cacheable({ namespace: () => 'shop' })).namespace).to.equal('shop');
  });

  it('keeps lruSize, useClone and ttl of the memory', () => {
    const primary = createKeyv({ lruSize: 100, useClone: false, ttl: '5m' });

    expect(fromCacheable(new Cacheable({ primary }))).to.deep.equal({ primary: { lruSize: 100, useClone: false }, ttl: 300_000 });
  });

  it('reads the settings of the memory at the time of the call', () => {
    const store = new KeyvCacheableMemory({ lruSize: 100 });
    const instance = new Cacheable({ primary: new Keyv(store), namespace: 'shop' });
    store.store.lruSize = 50;

    expect(fromCacheable(instance).primary).to.deep.equal({ lruSize: 50, useClone: true });
  });

  it('takes a Map as memory, and clones values if the Keyv serialises', () => {
    const plain = new Keyv(new Map());
    plain.serialize = undefined;

    expect(fromCacheable(new Cacheable({ primary: new Keyv(new Map()) })).primary).to.deep.equal({ useClone: true });
    expect(fromCacheable(new Cacheable({ primary: plain })).primary).to.deep.equal({ useClone: false });
  });

  it('takes a CacheableMemory in a Keyv, without the adapter between', () => {
    const primary = new Keyv({ store: new CacheableMemory({ lruSize: 5_000, ttl: '1m', useClone: false }) });

    expect(fromCacheable(new Cacheable({ primary }))).to.deep.equal({ primary: { lruSize: 5_000, useClone: true }, ttl: 60_000 });
  });

  it('takes an LRU cache with the methods of a Map, with its limit and its ttl', () => {
    const lru = new LRUCache<string, object>({ max: 100, ttl: 60_000 });
    const quickLru = Object.assign(new Map<string, unknown>(), { maxSize: 50, maxAge: 30_000 });
    const optionsOf = (store: unknown) => fromCacheable(new Cacheable({ primary: new Keyv({ store }), ttl: '1h' }));

    expect(optionsOf(lru)).to.deep.equal({ primary: { lruSize: 100, useClone: true }, ttl: 60_000, maxTtl: 60_000 });
    expect(optionsOf(quickLru)).to.deep.equal({ primary: { lruSize: 50, useClone: true }, ttl: 30_000, maxTtl: 30_000 });
  });

  it('takes the limit of an LRU cache by bytes for none', () => {
    const lru = new LRUCache<string, object>({ maxSize: 1_000, sizeCalculation: () => 1 });

    expect(fromCacheable(new Cacheable({ primary: new Keyv({ store: lru }) })).primary).to.deep.equal({ useClone: true });
  });

  it('asks L2 on every read of an instance with one store outside of memory', () => {
    const primary = new Keyv(new KeyvRedis('redis://127.0.0.1:1'));
    const { secondary, ...options } = fromCacheable(new Cacheable({ primary, ttl: '1h' }));

    expect(options).to.deep.equal({ primary: { lruSize: 1 }, ttl: { primary: 0, secondary: hourMs } });
    expect(secondary?.name).to.equal('keyv');
  });

  describe('gives options that createCache takes', () => {
    const ttls = [undefined, -1, 0.5, 20, '1h', Number.MAX_SAFE_INTEGER];
    const memories: Record<string, (ttl: number | string | undefined) => unknown> = {
      'a CacheableMemory': (ttl) => new CacheableMemory({ ...(ttl !== undefined && { ttl, maxTtl: ttl }), lruSize: 0.5 }),
      'a KeyvCacheableMemory': (ttl) => new KeyvCacheableMemory({ ...(ttl !== undefined && { ttl }), lruSize: 16_777_216 }),
      'an LRU cache': (ttl) => new LRUCache({ max: 10, ...(typeof ttl === 'number' && ttl >= 1 && Number.isInteger(ttl) && { ttl }) }),
      'a Map with a huge limit': () => Object.assign(new Map<string, unknown>(), { max: 1e9 }),
    };

    for (const [name, memory] of Object.entries(memories)) {
      it(`for every combination of ttls: ${name}`, async () => {
        for (const ttl of ttls)
          for (const ttlOfMemory of ttls)
            for (const ttlOfSecondary of [undefined, 10, Infinity])
              for (const maxTtl of [undefined, 15]) {
                const primary = new Keyv({ store: memory(ttlOfMemory) });
                if (typeof ttlOfMemory === 'number') primary.ttl = ttlOfMemory;
                const secondary = new Keyv(ttlOfSecondary === undefined ? {} : { ttl: ttlOfSecondary });
                for (const tiers of [{ primary }, { primary, secondary }]) {
                  const instance = new Cacheable({ ...tiers, ...(ttl !== undefined && { ttl }), ...(maxTtl !== undefined && { maxTtl }) });
                  await createCache(fromCacheable(instance)).close();
                }
              }
      });
    }
  });

  it('parses all of cacheable’s duration formats, and takes 0 and less as forever', () => {
    const ttlOf = (ttl: number | string): unknown => fromCacheable(new Cacheable({ ttl })).ttl;

    expect(['1.5h', '2hr', ' 90 s ', '1000', 1000].map(ttlOf)).to.deep.equal([1.5 * hourMs, 2 * hourMs, 90_000, 1000, 1000]);
    expect(['0s', 0, -1, NaN, Number.MAX_SAFE_INTEGER].map(ttlOf)).to.deep.equal(Array.from({ length: 5 }, () => 'forever'));
  });

  describe('with two stores', () => {
    const ttlOf = (ttls: { whole?: number; primary?: number; secondary?: number; max?: number }): unknown => {
      const primary = createKeyv(ttls.max === undefined ? {} : { maxTtl: ttls.max });
      const secondary = new Keyv();
      if (ttls.primary !== undefined) primary.ttl = ttls.primary;
      if (ttls.secondary !== undefined) secondary.ttl = ttls.secondary;
      return fromCacheable(new Cacheable({ primary, secondary, ...(ttls.whole === undefined ? {} : { ttl: ttls.whole }) })).ttl;
    };

    it('prefers the ttl of a store to that of the instance', () => {
      expect(ttlOf({ whole: 10, primary: 1, secondary: 20 })).to.deep.equal({ primary: 1, secondary: 20 });
      expect(ttlOf({ whole: 10, secondary: 20 })).to.deep.equal({ primary: 10, secondary: 20 });
      expect(ttlOf({ whole: 10, primary: 1 })).to.deep.equal({ primary: 1, secondary: 10 });
      expect(ttlOf({ primary: 1 })).to.deep.equal({ primary: 1, secondary: 'forever' });
      expect(ttlOf({ whole: 10, max: 5 })).to.deep.equal({ primary: 5, secondary: 10 });
    });

    it('shortens a primary ttl to that of the secondary', () => {
      expect(ttlOf({ primary: 20, secondary: 10 })).to.deep.equal({ primary: 10, secondary: 10 });
      expect(ttlOf({ primary: Number.MAX_SAFE_INTEGER, secondary: 10 })).to.deep.equal({ primary: 10, secondary: 10 });
      expect(ttlOf({ whole: 30, primary: 40 })).to.deep.equal({ primary: 30, secondary: 30 });
    });

    it('sets no ttl for L1 where the instance sets none', () => {
      expect(ttlOf({ whole: 10 })).to.equal(10);
      expect(ttlOf({ secondary: 20 })).to.equal(20);
      expect(ttlOf({})).to.equal('forever');
    });

    it('uses the Keyv of the secondary as L2', async () => {
      const map = new Map<string, unknown>();
      const { secondary } = fromCacheable(new Cacheable({ secondary: new Keyv(map), namespace: 'shop' }));

      await secondary?.store.set(testKey('k'), 'payload', 60_000);

      expect(secondary?.name).to.equal('keyv');
      expect([...map.keys()]).to.deep.equal(['shop:k']);
    });
  });

  it('takes an instance of the ES module copy of cacheable', async () => {
    const other = await import('cacheable');
    const instance = new other.Cacheable({ ttl: '1h', secondary: new other.Cacheable().primary });

    expect(other.Cacheable).to.not.equal(Cacheable);
    expect(fromCacheable(instance).ttl).to.equal(hourMs);
  });

  it('does not change the instance', () => {
    const instance = new Cacheable({ secondary: new KeyvRedis('redis://127.0.0.1:1'), namespace: 'shop' });
    const look = (): unknown[] => [Object.entries(instance), Object.entries(instance.primary), instance.secondary?.throwOnErrors];
    const before = look();

    fromCacheable(instance);

    expect(look()).to.deep.equal(before);
  });

  it('names the features of the instance that it ignores, in one warning', () => {
    const logger = new RecordingLogger();
    const instance = new Cacheable({ tags: true });
    instance.onHook('BEFORE_SET', () => undefined);

    fromCacheable(instance, { logger });
    fromCacheable(new Cacheable(), { logger });

    expect(logger.lines).to.deep.equal([
      { level: 'warn', message: 'fromCacheable(): the instance uses hooks, tags, which this cache ignores' },
    ]);
  });

  it('refuses a primary outside of memory beside a secondary', () => {
    const refused = caught(() =>
      fromCacheable(
        new Cacheable({
          primary: new Keyv(new KeyvRedis('redis://127.0.0.1:1')),
          secondary: new Keyv(new KeyvRedis('redis://127.0.0.1:1')),
        }),
      ),
    );

    expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.match(/primary: expected CacheableMemory, a Map or a cache like it beside a secondary/);
  });

  it('refuses an invalid duration, without repeating it', () => {
    const refused = caught(() => fromCacheable(new Cacheable({ ttl: 'soon' })));

    expect(refused).to.include({ code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.match(/^fromCacheable\(\): ttl: expected a duration/);
  });

  it('refuses an object that is no Cacheable', () => {
    for (const given of [undefined, null, 'redis://', {}, new CacheableMemory(), new Map()]) {
      expect(caught(() => fromCacheable(given as Cacheable))).to.include({ code: 'CACHE_OPTION_INVALID' });
    }
  });
});
