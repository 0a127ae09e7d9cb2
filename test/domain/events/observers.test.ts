import { expect } from 'chai';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';
import { eventNames } from './happenings';

/** Those of a life without tags and without lost messages. */
const everyEvent = eventNames.filter((name) => name !== 'tags' && name !== 'gap');

const fail = () => {
  throw new Error('not our fault');
};

/** Triggers every report. */
async function liveThroughEverything(one: CacheUnderTest): Promise<void> {
  const { cache, clock, driver, store } = one;
  expect(await cache.wrap('a', () => 1)).to.equal(1);
  expect([await cache.get('a'), await cache.has('a'), await cache.get('b')]).to.deep.equal([1, true, undefined]);
  expect([await cache.set('b', 2), await cache.set('c', 3)]).to.deep.equal(['done', 'done']);
  await clock.advance(10_000);
  expect(await cache.wrap('c', () => 4)).to.equal(3);
  await one.settle();
  expect(await cache.wrap('c', () => 5)).to.equal(4);
  await clock.advance(10_000);
  expect(await cache.wrap('c', fail)).to.equal(4);
  await one.settle();
  expect(await rejectionOf(cache.wrap('d', fail))).to.have.property('message', 'not our fault');
  expect(await cache.wrap('f', () => fail)).to.equal(fail);
  store.plant(one.remoteKey('e'), 'damaged');
  expect(await cache.get('e')).to.equal(undefined);
  expect([await cache.del('c'), await cache.clear()]).to.deep.equal(['done', 'done']);
  store.refuseWrites();
  expect(await cache.set('a', 1)).to.equal('pending');
  driver.goAway();
  expect([await cache.get('a'), await cache.del('a')]).to.deep.equal([1, 'pending']);
  expect(await cache.wrap('a', () => 'loaded')).to.equal('loaded');
  driver.comeBack();
  await one.settle();
  expect(cache.health().l2).to.include({ state: 'up', pending: 0 });
  expect([await cache.set('a', 1), await cache.get('a')]).to.deep.equal(['done', 1]);
  await cache.close();
}

const options = { ttl: '10s', staleWhileRevalidate: '1m', primary: { lruSize: 2 } } as const;

describe('Cache: listeners and sinks', () => {
  const build = caches();

  it('receive every event', async () => {
    const one = build(options);
    const heard = new Set<string>();
    for (const name of everyEvent) one.cache.on(name, () => heard.add(name));

    await liveThroughEverything(one);

    expect([...heard]).to.have.members(everyEvent);
  });

  it('receive nothing once they are removed', async () => {
    const one = build(options);
    let heard = 0;
    for (const name of everyEvent) one.cache.on(name, () => (heard += 1))();

    await liveThroughEverything(one);

    expect(heard).to.equal(0);
  });

  it('fail no call with a listener that throws', async () => {
    const one = build(options);
    for (const name of everyEvent) one.cache.on(name, fail);

    await liveThroughEverything(one);

    expect(one.logger.messages('error')).to.include("a listener of the cache event 'hit' threw");
  });

  it('fail no call with a listener that rejects', async () => {
    const one = build(options);
    for (const name of everyEvent) one.cache.on(name, () => Promise.reject(new Error('later')));

    await liveThroughEverything(one);
  });

  it('fail no call with a metrics sink that throws, and log it once', async () => {
    const one = build({ ...options, metrics: { record: fail } });

    await liveThroughEverything(one);

    expect(one.logger.messages('error')).to.deep.equal(['the metrics sink threw (logged once)']);
  });

  it('fail no call with a logger that throws', async () => {
    const one = build({ ...options, logger: { debug: fail, info: fail, warn: fail, error: fail }, metrics: { record: fail } });
    for (const name of everyEvent) one.cache.on(name, fail);

    await liveThroughEverything(one);
  });

  it('may call the cache', async () => {
    const one = build();
    one.cache.on('miss', ({ key }) => one.cache.set(key, 'set by a listener'));

    await one.cache.get('a');
    await one.settle();

    expect(await one.cache.get('a')).to.equal('set by a listener');
  });

  it('are shown no value and no key by metrics', async () => {
    const one = build(options);

    await liveThroughEverything(one);

    for (const event of one.metrics) expect(event).to.not.have.any.keys('key', 'keys', 'value', 'error');
  });
});
