import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text as consume } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache, type Cache, type CreateCacheOptions } from '../../src';
import { prometheus, type PrometheusMetrics } from '../../src/adapters/prometheus';
import { redis } from '../../src/adapters/redis';
import { eventually } from '../../src/testing/suite-tools';
import { listening } from '../adapters/prometheus/listening';
import { rulesPath, selectionsOf, shippedConditions, shippedQuestions } from '../support/prometheus-expressions';
import { PrometheusServer } from '../support/prometheus-server';
import { serverBinaries } from '../support/server-binaries';
import { TestServer } from '../support/servers';

/** A cache, and where its numbers are scraped. */
interface Process {
  readonly cache: Cache;
  readonly metrics: PrometheusMetrics;
  readonly instance: string;
}

const elapse = (ms: number): Promise<void> => sleep(ms);

/** As shipped, but without patience. */
const rules = readFileSync(rulesPath, 'utf8').replace(/for: \w+/g, 'for: 0s');

describe('a real Prometheus', function () {
  this.timeout(20_000);

  let server: TestServer;
  /** Of one application. */
  let one: Process;
  let two: Process;
  /** Has little patience with L2. */
  let brittle: Process;
  let monitoring: PrometheusServer;

  before(async () => {
    server = await TestServer.start('redis');
    one = await start({ namespace: 'shop', primary: { lruSize: 4 } });
    two = await start({ namespace: 'shop' });
    brittle = await start({ namespace: 'brittle', deadlines: { read: '50ms' }, breaker: { minimumCalls: 4, resetTimeout: '200ms' } });
    monitoring = await PrometheusServer.start({ targets: [one, two, brittle].map(({ instance }) => instance), rules });
    await traffic();
  });

  after(async () => {
    await Promise.all([one, two, brittle].map(({ cache }) => cache.close()));
    await Promise.all([monitoring.stop(), server.stop()]);
  });

  async function start(options: CreateCacheOptions): Promise<Process> {
    const metrics = prometheus({ port: 0, host: '127.0.0.1' });
    const cache = createCache({ secondary: redis(server.url), logger: false, metrics, ...options });
    await cache.start();
    return { cache, metrics, instance: `127.0.0.1:${await listening(metrics)}` };
  }

  /** In the first process 130 hits and 9 misses. Its L1 has room for four. */
  async function traffic(): Promise<void> {
    for (let id = 0; id < 6; id++) await one.cache.wrap(`user:${id}`, () => id, '1h');
    for (let read = 0; read < 128; read++) await one.cache.get('user:5');
    await one.cache.get('user:0');
    await one.cache.get('absent');

    await two.cache.get('user:5');
    await one.cache.del('user:5');
    await eventually(elapse, () => expect(two.cache.peek('user:5')).to.equal(undefined));

    await one.cache.set('brief', 1, '20ms');
    await elapse(40);
    await one.cache.get('brief');

    const life = { ttl: '20ms', staleWhileRevalidate: '1h' } as const;
    await one.cache.wrap('old', () => 1, life);
    await elapse(40);
    await one.cache.wrap('old', () => 2, life);
    await eventually(elapse, () => expect(one.cache.stats().refreshes.done).to.equal(1));
  }

  /** The states of the alerts of this name. */
  async function firing(name: string): Promise<readonly string[]> {
    const alerts = (await monitoring.alerts()).filter(({ labels, state }) => labels['alertname'] === name && state === 'firing');
    return alerts.map(({ annotations, labels }) => `${labels['severity'] ?? ''}: ${annotations['summary'] ?? ''}`).sort();
  }

  /** The values of a metric of a process in Prometheus, by the values of labels. */
  async function exported(metric: string, { instance }: Process, ...by: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const samples = await monitoring.query(`${metric}{instance="${instance}"}`);
    return Object.fromEntries(samples.map(({ labels, value }) => [by.map((label) => labels[label]).join(' '), value]));
  }

  it('reads the seven numbers as the application made them', async () => {
    const { bytes } = one.cache.stats();

    await eventually(elapse, async () => {
      expect(await exported('cache_hits_total', one, 'tier')).to.deep.equal({ l1: 129, l2: 1 });
      expect(await exported('cache_misses_total', one)).to.deep.equal({ '': 9 });
      expect(await exported('cache_hit_rate', one, 'window')).to.deep.equal({ '': 130 / 139, '1m': 130 / 139 });
      expect(await exported('cache_evictions_total', one, 'reason')).to.deep.equal({ size: 3, expired: 1, invalidated: 1 });
      expect(await exported('cache_size', one)).to.deep.equal({ '': 4 });
      expect(await exported('cache_memory_bytes', one)).to.deep.equal({ '': bytes });
      expect(await exported('cache_latency_seconds_count', one, 'tier', 'operation')).to.deep.equal({
        'l1 get': 128,
        'l1 set': 9,
        'l1 delete': 1,
        'l2 get': 11,
        'l2 set': 9,
        'l2 delete': 1,
      });
    });
  });

  it('reads the others as well', async () => {
    await eventually(elapse, async () => {
      expect(await exported('cache_loads_total', one, 'outcome')).to.deep.equal({ stored: 8, fenced: 0, skipped: 0, failed: 0 });
      expect(await exported('cache_writes_total', one, 'operation', 'outcome')).to.include({
        'set done': 1,
        'delete done': 1,
        'delete pending': 0,
      });
      expect(await exported('cache_stale_served_total', one, 'reason')).to.deep.equal({ revalidate: 1, error: 0, unreachable: 0 });
      expect(await exported('cache_refreshes_total', one, 'outcome')).to.deep.equal({ done: 1, failed: 0 });
      expect(await exported('cache_bus_messages_total', one, 'direction')).to.deep.equal({ sent: 2, received: 0 });
      expect(await exported('cache_bus_messages_total', two, 'direction')).to.deep.equal({ sent: 0, received: 2 });
      expect(await exported('cache_evictions_total', two, 'reason')).to.deep.equal({ size: 0, expired: 0, invalidated: 1 });
      expect(await exported('cache_bus_lag_seconds_count', one)).to.deep.equal({ '': 2 });
    });
  });

  it('has nothing to complain about in the text', async () => {
    expect(await checkMetrics(one.metrics.render())).to.equal('');
    expect(await checkMetrics('Cache_Hits 1\n')).to.contain('no help text');
  });

  it('raises the alarm when Redis is killed, and calls it off when it is back', async () => {
    expect(await firing('TiercelLayer2Down')).to.deep.equal([]);

    await server.kill();
    await eventually(elapse, async () => {
      expect(await firing('TiercelLayer2Down')).to.deep.equal([
        'critical: L2 of brittle (app) is down for 100% of the processes',
        'critical: L2 of shop (app) is down for 100% of the processes',
        'warning: L2 of brittle (app) is down for 100% of the processes',
        'warning: L2 of shop (app) is down for 100% of the processes',
      ]);
    });
    expect(await one.cache.set('user:9', 9)).to.equal('pending');
    await eventually(elapse, async () => expect(await exported('cache_pending_invalidations', one)).to.deep.equal({ '': 1 }));
    expect(await firing('TiercelPendingGrowing')).to.deep.equal([]);
    expect(await firing('TiercelBusDown')).to.deep.equal([]);

    await server.restart();
    await eventually(elapse, async () => {
      expect(await firing('TiercelLayer2Down')).to.deep.equal([]);
      expect(await exported('cache_pending_invalidations', one)).to.deep.equal({ '': 0 });
      expect(await exported('cache_l2_transitions_total', one, 'state')).to.deep.equal({ up: 2, recovering: 1, down: 1 });
    });
  });

  it('sees that the breaker opens again and again while Redis is frozen, and that it closes once', async () => {
    server.freeze();
    // Four commands at once: after the first one that is late, no other is sent.
    for (let read = 0; read < 4; read++) {
      void brittle.cache.get('absent');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(elapse, async () => {
      expect(await exported('cache_breaker_transitions_total', brittle, 'state'))
        .to.include({ closed: 0 })
        .and.to.have.property('open')
        .above(2);
    });
    server.thaw();

    await eventually(elapse, async () => {
      expect(await exported('cache_breaker_transitions_total', brittle, 'state')).to.include({ closed: 1 });
      expect(await exported('cache_breaker_state', brittle, 'state')).to.deep.equal({ closed: 1, open: 0, 'half-open': 0 });
      expect(await exported('cache_l2_up', brittle)).to.deep.equal({ '': 1 });
    });
  });

  it('has an answer to every question of the dashboard and of the rules', async () => {
    // No query divides by zero: there is a load and a hit after the first scrape.
    for (let read = 0; read < 2; read++) await one.cache.wrap('user:0', () => 0);

    for (const question of shippedQuestions()) await answered(question);
  });

  it('takes every condition of the alerts and of the runbook, and knows all that they look at', async () => {
    for (const condition of shippedConditions()) {
      await monitoring.query(condition);
      for (const selection of selectionsOf(condition)) await answered(selection);
    }
  });

  async function answered(expression: string): Promise<void> {
    await eventually(elapse, async () => expect(await monitoring.query(expression), expression).to.not.be.empty);
  }
});

/** The problems that promtool finds in the exposed text. */
async function checkMetrics(text: string): Promise<string> {
  const promtool = spawn(serverBinaries('prometheus').cli, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  promtool.stdin.end(text);
  const [output, errors] = await Promise.all([consume(promtool.stdout), consume(promtool.stderr)]);
  return output + errors;
}
