import KeyvRedis from '@keyv/redis';
import { Cacheable, CacheableMemory, createKeyv, Keyv, KeyvCacheableMemory } from 'cacheable';
import { expect } from 'chai';
import { fromCacheable } from '../../../src/adapters/cacheable/from-cacheable';
import { RecordingLogger, testKey } from '../../../src/testing';
import { caught } from '../keyv/caught';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('fromCacheable', () => {
  it('takes a Cacheable without options for one whose entries live for ever, and are cloned', () => {
    expect(fromCacheable(new Cacheable())).to.deep.equal({ primary: { useClone: true }, ttl: 'forever' });
  });

  it('keeps ttl, maxTtl, namespace and nonBlocking', () => {
    const options = fromCacheable(new Cacheable({ ttl: '1h', maxTtl: '1d', namespace: 'shop', nonBlocking: true }));

    expect(options).to.deep.equal({ primary: { useClone: true }, ttl: hourMs, maxTtl: dayMs, namespace: 'shop', nonBlocking: true });
  });

  it('asks a namespace that is a function', () => {
    expect(fromCacheable(new Cacheable({ namespace: () => 'shop' })).namespace).to.equal('shop');
  });

  it('keeps lruSize, useClone and ttl of the memory', () => {
    const primary = createKeyv({ lruSize: 100, useClone: false, ttl: '5m' });

    expect(fromCacheable(new Cacheable({ primary }))).to.deep.equal({ primary: { lruSize: 100, useClone: false }, ttl: 300_000 });
  });

  it('reads the memory of the namespace, also where it was changed later', () => {
    const store = new KeyvCacheableMemory({ lruSize: 100 });
    const instance = new Cacheable({ primary: new Keyv(store), namespace: 'shop' });
    store.store.lruSize = 50;

    expect(fromCacheable(instance).primary).to.deep.equal({ lruSize: 50, useClone: true });
  });

  it('takes a Map for memory, which a serialiser clones', () => {
    const plain = new Keyv(new Map());
    plain.serialize = undefined;

    expect(fromCacheable(new Cacheable({ primary: new Keyv(new Map()) })).primary).to.deep.equal({ useClone: true });
    expect(fromCacheable(new Cacheable({ primary: plain })).primary).to.deep.equal({ useClone: false });
  });

  it('understands every way in which cacheable writes a duration, and takes none, 0 and less for ever', () => {
    const ttlOf = (ttl: number | string): unknown => fromCacheable(new Cacheable({ ttl })).ttl;

    expect(['1.5h', '2hr', ' 90 s ', '1000', 1000].map(ttlOf)).to.deep.equal([1.5 * hourMs, 2 * hourMs, 90_000, 1000, 1000]);
    expect(['0s', 0, -1].map(ttlOf)).to.deep.equal(['forever', 'forever', 'forever']);
  });

  describe('with two stores', () => {
    const ttlOf = (ttls: { whole?: number; primary?: number; secondary?: number; max?: number }): unknown => {
      const primary = createKeyv(ttls.max === undefined ? {} : { maxTtl: ttls.max });
      const secondary = new Keyv();
      if (ttls.primary !== undefined) primary.ttl = ttls.primary;
      if (ttls.secondary !== undefined) secondary.ttl = ttls.secondary;
      return fromCacheable(new Cacheable({ primary, secondary, ...(ttls.whole === undefined ? {} : { ttl: ttls.whole }) })).ttl;
    };

    it('lets the ttl of a store win over that of the instance', () => {
      expect(ttlOf({ whole: 10, primary: 1, secondary: 20 })).to.deep.equal({ primary: 1, secondary: 20 });
      expect(ttlOf({ whole: 10, secondary: 20 })).to.deep.equal({ primary: 10, secondary: 20 });
      expect(ttlOf({ whole: 10, primary: 1 })).to.deep.equal({ primary: 1, secondary: 10 });
      expect(ttlOf({ primary: 1 })).to.deep.equal({ primary: 1, secondary: 'forever' });
      expect(ttlOf({ whole: 10, max: 5 })).to.deep.equal({ primary: 5, secondary: 10 });
    });

    it('chooses no ttl for layer 1 where nobody did', () => {
      expect(ttlOf({ whole: 10 })).to.equal(10);
      expect(ttlOf({ secondary: 20 })).to.equal(20);
      expect(ttlOf({})).to.equal('forever');
    });

    it('takes the Keyv of the secondary as layer 2', async () => {
      const map = new Map<string, unknown>();
      const { secondary } = fromCacheable(new Cacheable({ secondary: new Keyv(map), namespace: 'shop' }));

      await secondary?.store.set(testKey('k'), 'payload', 60_000);

      expect(secondary?.name).to.equal('keyv');
      expect([...map.keys()]).to.deep.equal(['shop:k']);
    });
  });

  it('takes an instance of cacheable’s other copy', async () => {
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

  it('says once which features of the instance do not run', () => {
    const logger = new RecordingLogger();
    const instance = new Cacheable({ tags: true });
    instance.onHook('BEFORE_SET', () => undefined);

    fromCacheable(instance, { logger });
    fromCacheable(new Cacheable(), { logger });

    expect(logger.lines).to.deep.equal([
      { level: 'warn', message: 'fromCacheable(): the instance has hooks, tags, which this cache does not run' },
    ]);
  });

  it('refuses a primary that is not in memory', () => {
    const refused = caught(() => fromCacheable(new Cacheable({ primary: new Keyv(new KeyvRedis('redis://127.0.0.1:1')) })));

    expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.match(/primary: expected CacheableMemory or a Map/);
  });

  it('refuses a duration that nobody understands, without repeating it', () => {
    const refused = caught(() => fromCacheable(new Cacheable({ ttl: 'soon' })));

    expect(refused).to.include({ code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.match(/^fromCacheable\(\): ttl: expected a duration/);
  });

  it('refuses what is no Cacheable', () => {
    for (const given of [undefined, null, 'redis://', {}, new CacheableMemory(), new Map()]) {
      expect(caught(() => fromCacheable(given as Cacheable))).to.include({ code: 'CACHE_OPTION_INVALID' });
    }
  });
});
