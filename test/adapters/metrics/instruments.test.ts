import { expect } from 'chai';

import { otelMetrics } from '../../../src/adapters/otel';
import { FakeBus } from '../../../src/testing';
import type { UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { ownPipeline, valueOf } from '../otel/scrape';

describe('the instruments of L2', () => {
  const build = caches();
  const own = ownPipeline();

  const exported = (options: UnderTestOptions = {}) => build({ metrics: otelMetrics(own.provider), ...options });
  const valueIn = async (instrument: string) => valueOf(await own.scrape(), `${instrument}{cache="tiercel"}`);

  it('do not report L2 or its bus down before the cache has tried to connect', async () => {
    const one = exported({ bus: new FakeBus() });
    expect(await valueIn('cache_size')).to.equal(0);
    expect([await valueIn('cache_l2_up'), await valueIn('cache_bus_up')]).to.deep.equal([undefined, undefined]);
    expect(one.cache.stats().l2?.state).to.equal('recovering');

    await one.cache.start();

    expect([await valueIn('cache_l2_up'), await valueIn('cache_bus_up')]).to.deep.equal([1, 1]);
  });

  it('report an L2 down that was never there, once the cache has tried it', async () => {
    const one = exported();
    one.probe.down();

    await one.cache.get('a');

    expect(await valueIn('cache_l2_up')).to.equal(0);
  });

  it('report L2 up when it is used, and not while it gets the pending deletes', async () => {
    const one = exported();
    await one.cache.start();
    one.probe.down();
    await one.cache.del('a');
    one.replies.hold('delete');
    one.probe.up();
    await one.settle();

    expect(one.cache.stats().l2?.state).to.equal('recovering');
    expect(await valueIn('cache_l2_up')).to.equal(0);

    one.replies.release();
    await one.settle();
    expect(await valueIn('cache_l2_up')).to.equal(1);
  });

  it('report whether the bus is up, and nothing without a bus', async () => {
    const bus = new FakeBus();
    const one = exported({ bus });
    await one.cache.start();
    bus.cut();
    expect([await valueIn('cache_l2_up'), await valueIn('cache_bus_up')]).to.deep.equal([1, 0]);
    await one.cache.close();

    const other = build({ metrics: otelMetrics(own.provider), namespace: 'alone' });
    await other.cache.start();

    expect(valueOf(await own.scrape(), 'cache_l2_up{cache="alone"}')).to.equal(1);
    expect(valueOf(await own.scrape(), 'cache_bus_up{cache="alone"}')).to.equal(undefined);
  });

  it('have a number for everything that is still to be deleted: the most that is remembered', async () => {
    const one = exported({ maxPending: 1_000 });
    await one.cache.start();
    one.probe.down();
    await one.cache.del('a');
    expect(await valueIn('cache_pending_invalidations')).to.equal(1);

    await one.cache.clear();

    expect(await valueIn('cache_pending_invalidations')).to.equal(1_000);
  });
});
