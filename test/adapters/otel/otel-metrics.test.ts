import { metrics } from '@opentelemetry/api';
import { expect } from 'chai';
import { spy } from 'sinon';
import { otelMetrics } from '../../../src/adapters/otel';
import { scope } from '../../../src/adapters/metrics/instrument';
import { RecordingLogger } from '../../../src/testing';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { packageVersion } from './package-version';
import { ownPipeline, pipeline, valueOf } from './scrape';

const deaf = 'otelMetrics(): the MeterProvider records nothing (none is registered, or it was shut down); this cache is not exported';

function warningsOf(one: CacheUnderTest): string[] {
  return one.logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
}

describe('otelMetrics', () => {
  const build = caches();
  const own = ownPipeline();

  it('exports the counts of a cache, through the real exporter', async () => {
    const one = build({ metrics: otelMetrics(own.provider), primary: { lruSize: 2 } });
    one.plant('there', 1);
    await one.cache.get('there');
    await one.cache.get('there');
    await one.cache.get('missing');
    for (const key of ['a', 'b', 'c']) await one.cache.wrap(key, () => 1);
    await one.cache.del('c');

    const text = await own.scrape();

    expect(valueOf(text, 'cache_hits_total{cache="tiercel",tier="l1"}')).to.equal(1);
    expect(valueOf(text, 'cache_hits_total{cache="tiercel",tier="l2"}')).to.equal(1);
    expect(valueOf(text, 'cache_misses_total{cache="tiercel"}')).to.equal(4);
    expect(valueOf(text, 'cache_hit_rate{cache="tiercel"}')).to.be.closeTo(1 / 3, 1e-9);
    expect(valueOf(text, 'cache_hit_rate{cache="tiercel",window="1m"}')).to.be.closeTo(1 / 3, 1e-9);
    expect(valueOf(text, 'cache_evictions_total{cache="tiercel",reason="size"}')).to.equal(2);
    expect(valueOf(text, 'cache_evictions_total{cache="tiercel",reason="invalidated"}')).to.equal(1);
    expect(valueOf(text, 'cache_size{cache="tiercel"}')).to.equal(1);
    expect(valueOf(text, 'cache_memory_bytes{cache="tiercel"}')).to.be.above(0);
    expect(valueOf(text, 'cache_l2_up{cache="tiercel"}')).to.equal(1);
  });

  it('records each duration of L2 once, in buckets from a microsecond on', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.start();
    for (let i = 0; i < 5; i++) await one.cache.get(`k${i}`);

    const text = await own.scrape();

    const labels = 'cache="tiercel",operation="get",tier="l2"';
    expect(valueOf(text, `cache_latency_seconds_count{${labels}}`)).to.equal(5);
    expect(valueOf(text, `cache_latency_seconds_bucket{${labels},le="0.000001"}`)).to.equal(5);
    expect(valueOf(text, `cache_latency_seconds_bucket{${labels},le="5"}`)).to.equal(5);
  });

  it('records a load in seconds', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.wrap('a', async () => {
      await one.clock.advance(400);
      return 1;
    });

    const text = await own.scrape();

    const bucket = (le: string) => valueOf(text, `cache_load_seconds_bucket{cache="tiercel",outcome="stored",le="${le}"}`);
    expect(valueOf(text, 'cache_load_seconds_sum{cache="tiercel",outcome="stored"}')).to.be.closeTo(0.4, 1e-9);
    expect(['0.25', '0.5', '+Inf'].map(bucket)).to.deep.equal([0, 1, 1]);
  });

  it('records one hit of L1 in 256, which the documentation says', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.set('a', 1);
    for (let i = 0; i < 1_280; i++) await one.cache.get('a');

    const text = await own.scrape();

    expect(valueOf(text, 'cache_hits_total{cache="tiercel",tier="l1"}')).to.equal(1_280);
    expect(valueOf(text, 'cache_latency_seconds_count{cache="tiercel",operation="get",tier="l1"}')).to.equal(5);
  });

  it('exports shared metrics once', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.start();
    await one.cache.namespace('orders').set('a', 1);

    const text = await own.scrape();

    expect(valueOf(text, 'cache_size{cache="tiercel:orders"}')).to.equal(1);
    expect(valueOf(text, 'cache_l2_up{cache="tiercel"}')).to.equal(1);
    expect(valueOf(text, 'cache_l2_up{cache="tiercel:orders"}')).to.equal(undefined);
  });

  it('uses the global provider when none is given', async () => {
    metrics.setGlobalMeterProvider(own.provider);
    try {
      const one = build({ metrics: otelMetrics() });
      await one.cache.get('a');

      expect(valueOf(await own.scrape(), 'cache_misses_total{cache="tiercel"}')).to.equal(1);
    } finally {
      metrics.disable();
    }
  });

  it('says so when there is no global provider, and the cache goes on', async () => {
    const one = build({ metrics: otelMetrics() });
    one.cache.namespace('orders');
    await one.cache.set('a', 1);

    expect(await one.cache.get('a')).to.equal(1);
    expect(warningsOf(one)).to.deep.equal([deaf]);
  });

  it('says so when the provider was shut down before the cache was made: a given one, or the global one', async () => {
    metrics.setGlobalMeterProvider(own.provider);
    try {
      const before = build({ metrics: otelMetrics(own.provider), namespace: 'before' });
      await own.provider.shutdown();
      const given = build({ metrics: otelMetrics(own.provider), namespace: 'given' });
      const global = build({ metrics: otelMetrics(), namespace: 'global' });

      expect([before, given, global].map(warningsOf)).to.deep.equal([[], [deaf], [deaf]]);
    } finally {
      metrics.disable();
    }
  });

  it('comes in under the name and version of the package', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.get('a');

    expect(await own.scopes()).to.deep.equal([{ name: 'tiercel', version: packageVersion() }]);
  });

  it('gives a second cache of one namespace another name, and logs it', async () => {
    const first = build({ metrics: otelMetrics(own.provider) });
    const second = build({ metrics: otelMetrics(own.provider) });
    await first.cache.get('a');
    await second.cache.get('a');
    await second.cache.get('b');

    const text = await own.scrape();

    expect(valueOf(text, 'cache_misses_total{cache="tiercel"}')).to.equal(1);
    expect(valueOf(text, 'cache_misses_total{cache="tiercel#2"}')).to.equal(2);
    expect(second.logger.lines.filter(({ message }) => message.includes("'tiercel#2'"))).to.have.length(1);
  });

  it('exports a hundred caches, with names of 64 characters, and says once that there are more', async () => {
    const one = build({ metrics: otelMetrics(own.provider), namespace: `${'n'.repeat(50)}:${'m'.repeat(50)}` });
    for (let i = 0; i < 120; i++) one.cache.namespace(`part${i}`);

    const names = new Set([...(await own.scrape()).matchAll(/cache_size\{cache="([^"]*)"\}/g)].map(([, name]) => name ?? ''));

    expect(names.size).to.equal(100);
    for (const name of names) expect(name.length).to.be.at.most(68);
    expect(one.logger.lines.filter(({ message }) => message.includes('more than 100'))).to.have.length(1);
  });

  it('goes on with a provider that was shut down', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.set('a', 1);

    await own.provider.shutdown();

    expect(await one.cache.get('a')).to.equal(1);
    one.cache.namespace('later');
    await one.cache.close();
  });

  it('exports no cache that closes during the scrape, or before', async () => {
    const one = build({ metrics: otelMetrics(own.provider) });
    await one.cache.get('a');
    const scraping = own.scrape();
    const closing = one.cache.close();
    expect(await scraping).to.contain('cache_misses_total');
    await closing;

    expect(valueOf(await own.scrape(), 'cache_misses_total{cache="tiercel"}')).to.equal(1);
  });

  it('records nothing of a cache that it no longer observes', async () => {
    const one = build();
    const end = one.cache.observe(otelMetrics(own.provider));
    end();

    await one.cache.set('a', 1);

    expect(await own.scrape())
      .to.not.contain('cache_latency_seconds')
      .and.not.contain('cache_writes');
  });

  it('leaves nothing in the provider when its last cache is gone, and comes back with the next', async () => {
    const meter = own.provider.getMeter(scope.name, scope.version);
    const add = spy(meter, 'addBatchObservableCallback');
    const remove = spy(meter, 'removeBatchObservableCallback');
    const first = build({ metrics: otelMetrics(own.provider), namespace: 'first' });
    const second = build({ metrics: otelMetrics(own.provider), namespace: 'second' });

    await first.cache.close();
    expect(remove.callCount).to.equal(0);
    await second.cache.close();

    expect(remove.args).to.deep.equal(add.args);
    expect(add.callCount).to.equal(1);
    const third = build({ metrics: otelMetrics(own.provider), namespace: 'third' });
    await third.cache.get('a');
    expect(valueOf(await own.scrape(), 'cache_misses_total{cache="third"}')).to.equal(1);
  });

  it('gives a name back once, however often its cache is let go of', () => {
    const logger = new RecordingLogger();
    const source = { cache: 'one', reportsL2: true, logger, stats: () => build().cache.stats(), onDuration: () => () => undefined };
    const observer = otelMetrics(own.provider);
    const endFirst = observer.observe(source);
    endFirst();
    observer.observe(source);

    endFirst();
    observer.observe(source);

    expect(logger.messages('warn')).to.have.length(1);
    expect(logger.messages('warn')[0]).to.contain("'one#2'");
  });

  it('refuses an object that is no provider', () => {
    expect(() => otelMetrics({} as never))
      .to.throw()
      .with.property('code', 'CACHE_OPTION_INVALID');
  });
});

describe('otelMetrics, when a cache cannot say how it is', () => {
  it('exports the others, and logs it once', async () => {
    const own = pipeline();
    const said: string[] = [];
    const note = (message: string): void => void said.push(message);
    const logger = { debug: note, info: note, warn: note, error: note };
    const broken = {
      cache: 'broken',
      reportsL2: true,
      logger,
      stats: () => {
        throw new Error('not our fault');
      },
      onDuration: () => () => undefined,
    };
    otelMetrics(own.provider).observe(broken);

    await own.scrape();
    await own.scrape();

    expect(said).to.have.length(1);
    await own.close();
  });
});
