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

  it('says up for a cache of one tier', () => {
    expect(indicator.isHealthy('cache', { cache: cacheThatIs('up', undefined) })).to.deep.equal({ cache: { status: 'up' } });
  });

  it('says degraded where Terminus knows it', function () {
    if (!('degraded' in new terminus.HealthIndicatorService().check('cache'))) this.skip();

    expect(indicator.isHealthy('cache', { cache: cacheThatIs('degraded', away) })).to.deep.equal({
      cache: { status: 'degraded', ...away },
    });
  });

  it('says up, and degraded beside it, where Terminus does not', async () => {
    const older = await indicatorWith(new terminus11.HealthIndicatorService());

    expect(older.isHealthy('cache', { cache: cacheThatIs('degraded', away) })).to.deep.equal({
      cache: { status: 'up', degraded: true, ...away },
    });
  });

  it('says down when layer 2 is required and away', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('degraded', away), required: true });

    expect(answer).to.deep.equal({ cache: { status: 'down', ...away } });
  });

  it('says down when layer 2 is required and not yet recovered', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'recovering', reason: undefined });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache).to.include({ status: 'down', state: 'recovering' });
  });

  it('does not say down when layer 2 is required and only refuses writes', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'up', reason: 'the server refused the write (OOM)' });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache.status).not.to.equal('down');
  });

  it('does not say down when layer 2 is required and only its bus is away', () => {
    const cache = cacheThatIs('degraded', { ...away, state: 'up', reason: undefined });

    const answer = indicator.isHealthy('cache', { cache, required: true }).cache;

    expect(answer).to.include({ state: 'up', bus: 'down' });
    expect(answer.status).not.to.equal('down');
  });

  it('says up when layer 2 is required and up', () => {
    const cache = cacheThatIs('up', { ...away, state: 'up', reason: undefined, bus: 'up' });

    expect(indicator.isHealthy('cache', { cache, required: true }).cache.status).to.equal('up');
  });

  it('says down when layer 2 is required and the cache has none', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('up', undefined), required: true });

    expect(answer).to.deep.equal({ cache: { status: 'down', reason: 'layer 2 is required, and the cache has none' } });
  });

  it('says down for a closed cache, whatever layer 2 was last', () => {
    const cache = cacheThatIs('closed', { ...away, state: 'up' });

    expect(indicator.isHealthy('cache', { cache })).to.deep.equal({ cache: { status: 'down', reason: 'the cache is closed' } });
  });

  it('says down, and nothing of the error, when the cache throws', () => {
    const cache = {
      health: () => {
        throw new Error('redis://:secret@localhost');
      },
    };

    const answer = indicator.isHealthy('cache', { cache });

    expect(answer).to.deep.equal({ cache: { status: 'down', reason: 'the cache could not say how it is' } });
  });

  it('says down, and how to give one, when there is no cache', () => {
    const answer = indicator.isHealthy('cache').cache as { status: string; reason: string };

    expect(answer.status).to.equal('down');
    expect(answer.reason).to.contain('isHealthy(key, { cache })');
  });

  it('says everything when everything is pending, which JSON has no number for', () => {
    const answer = indicator.isHealthy('cache', { cache: cacheThatIs('degraded', { ...away, pending: Infinity }) });

    expect(JSON.parse(JSON.stringify(answer.cache))).to.have.property('pending', 'everything');
  });

  it('carries what else layer 2 says of itself', () => {
    const l2 = { ...away, breaker: 'open' as const };

    expect(indicator.isHealthy('cache', { cache: cacheThatIs('degraded', l2) }).cache).to.have.property('breaker', 'open');
  });

  it('answers in the same turn', () => {
    expect(indicator.isHealthy('cache', { cache: cacheThatIs('up', away) })).not.to.have.property('then');
  });
});
