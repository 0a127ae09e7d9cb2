import { expect } from 'chai';
import { FakeBus, FakeMedium, testKey } from '../../../src/testing';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';

describe('Cache: another server takes over', () => {
  const build = caches();
  let server: string | undefined;

  beforeEach(() => {
    server = 'first';
  });

  const started = async (options: UnderTestOptions = {}): Promise<CacheUnderTest> => {
    const one = build({ ...options, driver: { identify: () => Promise.resolve(server) } });
    await one.cache.start();
    return one;
  };

  /** The connection is lost; what `meanwhile` plants was on the server that answers next. */
  const failOver = async (one: CacheUnderTest, meanwhile: () => void): Promise<void> => {
    one.driver.goAway();
    meanwhile();
    await one.clock.advance(60_000);
    one.driver.comeBack();
    await one.settle();
  };

  /** Returns the function that makes L2 hold again what it holds now. */
  const snapshot = (one: CacheUnderTest): (() => void) => {
    const keys = [one.remoteKey('k'), testKey('tiercel:v1~{tiercel}state'), testKey('tiercel:v1~{tiercel}tag:t')];
    const kept = keys.map((key) => ({ key, payload: one.store.peek(key)?.payload }));
    return () => {
      for (const { key, payload } of kept) if (payload !== undefined) one.store.plant(key, payload);
    };
  };

  const changes: Readonly<Record<string, (one: CacheUnderTest) => Promise<unknown>>> = {
    del: (one) => one.cache.del('k'),
    delMany: (one) => one.cache.delMany(['j', 'k']),
    set: (one) => one.cache.set('k', 'newer'),
    delByTag: (one) => one.cache.delByTag('t'),
    clear: (one) => one.cache.clear(),
  };

  for (const [name, change] of Object.entries(changes)) {
    it(`repeats a ${name} of the last seconds, which it may lack`, async () => {
      const one = await started();
      await one.cache.set('k', 'older', { tags: ['t'] });
      await one.clock.advance(30_001);
      const lag = snapshot(one);
      await change(one);

      await failOver(one, () => {
        server = 'second';
        lag();
      });

      expect([await one.cache.get('k'), one.cache.health().l2?.pending]).to.deep.equal([undefined, 0]);
    });
  }

  it('repeats it in the processes that it notifies', async () => {
    const bus = new FakeBus(new FakeMedium());
    const one = await started({ bus });
    bus.probe.up();
    await one.cache.del('k');
    const before = bus.published.length;

    await failOver(one, () => (server = 'second'));

    expect(bus.published.slice(before).map(({ keys }) => keys)).to.deep.equal([['k']]);
  });

  it('leaves what was changed long before', async () => {
    const one = await started();
    await one.cache.set('k', 'value');
    await one.clock.advance(30_001);

    await failOver(one, () => (server = 'second'));

    expect(await one.cache.get('k')).to.equal('value');
  });

  it('repeats nothing on the same server', async () => {
    const one = await started();
    await one.cache.set('k', 'value');

    await failOver(one, () => undefined);

    expect(await one.cache.get('k')).to.equal('value');
  });

  it('repeats it on a server that does not say which one it is', async () => {
    const one = await started();
    server = undefined;
    await one.cache.set('k', 'value');

    await failOver(one, () => undefined);

    expect(await one.cache.get('k')).to.equal(undefined);
  });

  it('repeats it once more if the next server fails too', async () => {
    const one = await started();
    await one.cache.del('k');
    await failOver(one, () => (server = 'second'));

    await failOver(one, () => {
      server = 'third';
      one.plant('k', 'older');
    });

    expect(await one.cache.get('k')).to.equal(undefined);
  });

  it('stays down until each server has answered', async () => {
    let answer = (): Promise<string | undefined> => Promise.resolve(server);
    const one = build({ driver: { identify: () => answer() } });
    await one.cache.start();
    one.plant('k', 'planted');
    one.driver.goAway();
    answer = () => new Promise(() => undefined);
    one.driver.comeBack();
    await one.clock.advance(1_000);

    expect([one.cache.health().l2?.state, await one.cache.get('k')]).to.deep.equal(['down', undefined]);

    answer = () => Promise.resolve(server);
    await one.clock.advance(2_000);

    expect([one.cache.health().l2?.state, await one.cache.get('k')]).to.deep.equal(['up', 'planted']);
  });

  it('is down if a call is late and one of its servers does not answer', async () => {
    let answer = (): Promise<string | undefined> => Promise.resolve(server);
    const one = build({ driver: { identify: () => answer() } });
    await one.cache.start();
    one.replies.hold('get', 'getMany');
    answer = () => new Promise(() => undefined);
    const read = one.cache.get('k');
    await one.clock.advance(1_500);
    await read;

    expect(one.cache.health().l2?.state).to.equal('down');
  });
});
