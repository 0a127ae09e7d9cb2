import * as terminus from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { CacheHealth } from '../../../src/domain/lifecycle';
import { CacheableHealthIndicator } from '../../../src/nest/terminus';

const terminus11 = createRequire(resolve('test/nest-11/package.json'))('@nestjs/terminus') as typeof terminus;

const away = {
  state: 'down',
  since: 1_700_000_000_000,
  reason: 'ECONNREFUSED',
  driver: 'redis',
  pending: 3,
  breaker: 'closed' as const,
  bus: 'down' as const,
} as const;

function cacheThatIs(status: CacheHealth['status'], l2: CacheHealth['l2']) {
  return { health: (): CacheHealth => ({ status, l2 }) };
}

async function indicatorWith(indicators: terminus.HealthIndicatorService): Promise<CacheableHealthIndicator> {
  const providers = [CacheableHealthIndicator, { provide: terminus.HealthIndicatorService, useValue: indicators }];
  const module = await Test.createTestingModule({ providers }).compile();
  return module.get(CacheableHealthIndicator);
}

describe('CacheableHealthIndicator', () => {
  let indicator: CacheableHealthIndicator;

  before(async () => {
    indicator = await indicatorWith(new terminus.HealthIndicatorService());
  });

  it('reports up for a cache without L2', () => {
    expect(indicator.isHealthy('cache', { cache: cacheThatIs('up', undefined) })).to.deep.equal({ cache: { status: 'up' } });
  });

  it('reports degraded where Terminus has this status', function () {
    if (!('degraded' in new terminus.HealthIndicatorService().check('cache'))) this.skip();

    expect(indicator.isHealthy('cache', { cache: cacheThatIs('degraded', away) })).to.deep.equal({
      cache: { status: 'degraded', ...away },
    });
  });

  it('reports up with degraded: true where Terminus has no degraded', async () => {
    const older = await indicatorWith(new terminus11.HealthIndicatorService());

    expect(older.isHealthy('cache', { cache: cacheThatIs('degraded', away) })).to.deep.equal({
      cache: { status: 'up', degraded: true, ...away },
    });
  });

  it('reports down when L2 is required and unreachable', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('degraded', away), required: true });

    expect(answer).to.deep.equal({ cache: { status: 'down', ...away } });
  });

  it('reports down when L2 is required and not yet recovered', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'recovering', reason: undefined });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache).to.include({ status: 'down', state: 'recovering' });
  });

  it('does not report down when L2 is required and only refuses writes', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'up', reason: 'the server refused the write (OOM)' });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache.status).not.to.equal('down');
  });

  it('does not report down when L2 is required and only its bus is unreachable', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'up', reason: undefined });

    const answer = indicator.isHealthy('cache', { cache, required: true }).cache;

    expect(answer).to.include({ state: 'up', bus: 'down' });
    expect(answer.status).not.to.equal('down');
  });

  it('reports up when L2 is required and up', () => {
    const cache = cacheThatIs('up', { ...away, state: 'up', reason: undefined, bus: 'up' });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache.status).to.equal('up');
  });

  it('reports down when L2 is required and the cache has none', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('up', undefined), required: true });

    expect(answer).to.deep.equal({ cache: { status: 'down', reason: 'L2 is required, and the cache has none' } });
  });

  it('reports down for a closed cache, whatever the last state of L2 was', () => {
    const cache = cacheThatIs('closed', { ...away, state: 'up' });

    expect(indicator.isHealthy('cache', { cache })).to.deep.equal({ cache: { status: 'down', reason: 'the cache is closed' } });
  });

  it('reports down, and nothing of the error, when the cache throws', () => {
    const cache = {
      health: () => {
        throw new Error('redis://:secret@localhost');
      },
    };

    const answer = indicator.isHealthy('cache', { cache });

    expect(answer).to.deep.equal({ cache: { status: 'down', reason: 'the cache could not report its health' } });
  });

  it('reports down, and how to name a cache, when there is none', () => {
    const answer = indicator.isHealthy('cache').cache as { status: string; reason: string };

    expect(answer.status).to.equal('down');
    expect(answer.reason).to.contain('isHealthy(key, { cache })');
  });

  it('reports everything as a word when everything is pending, because JSON has no Infinity', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('degraded', { ...away, pending: Infinity }) });

    expect(JSON.parse(JSON.stringify(answer.cache))).to.have.property('pending', 'everything');
  });

  it('has the other details of L2', () => {
    const l2 = { ...away, breaker: 'open' as const };

    expect(indicator.isHealthy('cache', { cache: cacheThatIs('degraded', l2) }).cache).to.have.property('breaker', 'open');
  });

  it('answers in the same turn', () => {
    expect(indicator.isHealthy('cache', { cache: cacheThatIs('up', away) })).not.to.have.property('then');
  });
});
