import { expect } from 'chai';

import { prometheus } from '../../../src/adapters/prometheus';
import { instruments } from '../../../src/adapters/metrics/instruments';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { freePort } from '../../support/free-port';
import { valueOf } from '../otel/scrape';
import { listening } from './listening';

const host = '127.0.0.1';

function errorsOf(one: CacheUnderTest): string[] {
  return one.logger.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('prometheus', () => {
  const build = caches();

  it('serves the numbers of the caches, from the first cache to the last', async () => {
    const metrics = prometheus({ port: 0, host });
    expect(metrics.port).to.equal(undefined);
    const one = build({ metrics });
    const two = build({ metrics, namespace: 'two' });
    await one.cache.get('a');

    const url = `http://${host}:${await listening(metrics)}/metrics`;
    const response = await fetch(url);
    const text = await response.text();

    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(valueOf(text, 'cache_misses_total{cache="tiercel"}')).to.equal(1);
    expect(valueOf(text, 'cache_misses_total{cache="two"}')).to.equal(0);

    await one.cache.close();
    const later = await (await fetch(url)).text();
    expect(later).to.contain('cache="two"').and.not.contain('cache="tiercel"');

    await two.cache.close();
    expect(metrics.port).to.equal(undefined);
    expect(
      await fetch(url).then(
        () => 'answered',
        () => 'refused',
      ),
    ).to.equal('refused');
  });

  it('can be used again after its last cache was closed', async () => {
    const metrics = prometheus({ port: 0, host });
    await build({ metrics }).cache.close();
    build({ metrics });

    expect((await fetch(`http://${host}:${await listening(metrics)}/metrics`)).status).to.equal(200);
  });

  it('has the whole truth in its histogram: sampled hits count as those they stand for', async () => {
    const metrics = prometheus({ port: 0, host });
    const one = build({ metrics });
    await one.cache.set('a', 1);
    for (let i = 0; i < 640; i++) await one.cache.get('a');

    const text = metrics.render();

    const labels = 'cache="tiercel",operation="get",tier="l1"';
    expect(valueOf(text, `cache_latency_seconds_count{${labels}}`)).to.equal(640);
    expect(valueOf(text, `cache_latency_seconds_bucket{${labels},le="+Inf"}`)).to.equal(640);
  });

  it('has cumulative buckets, in seconds', async () => {
    const metrics = prometheus({ port: 0, host });
    const one = build({ metrics });
    for (const ms of [0, 40, 400]) {
      await one.cache.wrap(`k${ms}`, async () => {
        await one.clock.advance(ms);
        return 1;
      });
    }

    const bucket = (le: string): number | undefined =>
      valueOf(metrics.render(), `cache_load_seconds_bucket{cache="tiercel",outcome="stored",le="${le}"}`);

    expect(['0.001', '0.025', '0.05', '0.25', '0.5', '+Inf'].map(bucket)).to.deep.equal([1, 1, 2, 2, 3, 3]);
    expect(valueOf(metrics.render(), 'cache_load_seconds_sum{cache="tiercel",outcome="stored"}')).to.be.closeTo(0.44, 1e-9);
  });

  it('has no empty histogram', async () => {
    const metrics = prometheus({ port: 0, host });
    const one = build({ metrics });
    expect(metrics.render()).to.not.contain('_seconds');

    await one.cache.wrap('a', () => 1);

    expect(metrics.render())
      .to.contain('cache_load_seconds_count{cache="tiercel",outcome="stored"} 1')
      .and.not.contain('outcome="failed",le=');
  });

  it('has no line twice, and none but those of the table', async () => {
    const metrics = prometheus({ port: 0, host });
    const one = build({ metrics });
    build({ metrics });
    one.cache.namespace('orders');
    await one.cache.wrap('a', () => 1);

    const lines = metrics
      .render()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const names = new Set(lines.map((line) => line.replace(/\{.*/, '').replace(/_(total|bucket|count|sum)$/, '')));

    expect(new Set(lines.map((line) => line.replace(/ .*/, ''))).size).to.equal(lines.length);
    expect(instruments.map(({ name }) => name)).to.include.members([...names]);
  });

  it('stays silent about a port that is taken, but for one line in the log', async () => {
    const port = await freePort();
    const first = prometheus({ port, host });
    build({ metrics: first });
    await listening(first);
    const one = build({ metrics: prometheus({ port, host }) });
    while (errorsOf(one).length === 0) await new Promise(setImmediate);

    await one.cache.set('a', 1);

    expect(await one.cache.get('a')).to.equal(1);
    expect(errorsOf(one)).to.have.length(1);
    expect(errorsOf(one)[0]).to.contain(String(port)).and.contain('EADDRINUSE');
  });

  it('answers nothing but its path, and only to be read', async () => {
    const metrics = prometheus({ port: 0, host, path: '/internal/metrics' });
    build({ metrics });
    const url = `http://${host}:${await listening(metrics)}`;

    const statusOf = async (path: string, method = 'GET'): Promise<number> => (await fetch(url + path, { method })).status;

    expect(await statusOf('/internal/metrics?x=1')).to.equal(200);
    expect(await statusOf('/internal/metrics', 'HEAD')).to.equal(200);
    expect(await statusOf('/internal/metrics', 'POST')).to.equal(405);
    expect(await statusOf('/metrics')).to.equal(404);
    expect(await statusOf('//')).to.equal(404);
  });

  it('refuses options that mean nothing, all in one error', () => {
    expect(() => prometheus({ port: 70_000, path: 'metrics', hots: 'x' } as never))
      .to.throw(/port: .*path: .*|hots/)
      .with.property('code', 'CACHE_OPTION_INVALID');
  });
});
