import { expect } from 'chai';

import { createCache, type CreateCacheOptions } from '../src';
import { FakeBus, FakeClock, FakeDriver, RecordingLogger } from '../src/testing';

class Account {
  constructor(
    readonly name: string,
    readonly password: string,
  ) {}
}

describe('createCache', () => {
  for (const given of [null, 'redis://localhost', 5]) {
    it(`refuses ${String(given)} with one clear error`, () => {
      expect(() => createCache(given as never))
        .to.throw('createCache: options: expected an object')
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  describe('with useClone', () => {
    const build = () => createCache({ primary: { useClone: true } });

    it('gives every caller a copy, for all kinds of plain data', async () => {
      const cache = build();
      const value = { when: new Date(0), names: new Map([['a', new Set([1])]]), bytes: Buffer.from('x').toString('hex') };
      await cache.set('a', value);

      const found = await cache.get('a');

      expect(found).to.deep.equal(value);
      expect(found).to.not.equal(value);
    });

    it('keeps no instance of a class, of which only the fields would be left', async () => {
      const cache = build();
      await cache.set('a', new Account('Ada', 'secret'));
      await cache.set('b', { accounts: [new Account('Ada', 'secret')] });

      expect(await cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
    });
  });

  it('hands out the very instance of a class that it was given', async () => {
    const cache = createCache();
    const account = new Account('Ada', 'secret');
    await cache.set('a', account);

    expect(await cache.get('a')).to.equal(account);
  });

  describe('with a secondary', () => {
    const linesOf = (options: CreateCacheOptions): readonly string[] => {
      const logger = new RecordingLogger();
      createCache({ logger, ...options });
      return logger.messages('warn');
    };
    const secondary = new FakeDriver({ clock: new FakeClock() });

    it('warns once when no namespace keeps the keys of two services apart, and names the remedy', () => {
      const [line, ...others] = linesOf({ secondary });

      expect(line).to.match(/^no namespace is set, so the keys start with 'tiercel': .*Set namespace to the name of the service/);
      expect(others).to.deep.equal([]);
    });

    it('does not warn with a namespace, also when it is the default one', () => {
      expect([...linesOf({ secondary, namespace: 'shop' }), ...linesOf({ secondary, namespace: 'tiercel' })]).to.deep.equal([]);
    });

    it('is needed for the warning', () => {
      expect(linesOf({})).to.deep.equal([]);
    });
  });

  describe('says of its breaker', () => {
    const clock = new FakeClock();
    const build = (options: CreateCacheOptions) => {
      const driver = new FakeDriver({ clock });
      return { driver, cache: createCache({ secondary: driver, logger: false, ...options }) };
    };

    it('closed while L2 answers, open once too many calls failed, nothing once it no longer runs', async () => {
      const { driver, cache } = build({});
      await cache.start();
      expect(cache.health().l2?.breaker).to.equal('closed');
      driver.store.fail();

      for (let n = 0; n < 10; n++) await cache.get(`key ${n}`);
      expect(cache.health().l2).to.include({ state: 'down', breaker: 'open' });

      await cache.close();
      expect(cache.health().l2?.breaker).to.equal(undefined);
    });

    it('nothing where there is none', async () => {
      const { cache } = build({ breaker: false });
      await cache.start();

      expect(cache.health().l2).to.include({ state: 'up', breaker: undefined });
      await cache.close();
    });
  });

  it('does not report the bus as down as well while the breaker is open', async () => {
    const clock = new FakeClock();
    const logger = new RecordingLogger();
    const bus = new FakeBus();
    const driver = new FakeDriver({ clock, bus });
    const cache = createCache({ secondary: driver, clock, logger, breaker: { minimumCalls: 1 } });
    await cache.start();

    driver.store.fail();
    await cache.get('a');
    bus.cut('timed out');
    await clock.advance(60_000);

    expect(cache.health().l2).to.include({ state: 'down', breaker: 'open', bus: 'down' });
    expect(logger.messages('warn').filter((message) => message.includes('the bus'))).to.deep.equal([]);
    await cache.close();
  });

  it('refuses the options of a memoized function at once, and not at its first call', () => {
    const cache = createCache();

    expect(() => cache.memoize(() => 1, { key: () => 'k', ttl: 0 })).to.throw('memoize: ttl');
  });
});
