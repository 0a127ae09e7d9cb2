import KeyvRedis5 from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { redis, type RedisClient } from '../../src/adapters/redis';
import type { StoreDriver } from '../../src/ports/driver';
import { testKey } from '../../src/testing';
import { makeDriver as makeKeyvDriver } from '../adapters/keyv/open-driver';
import { nodeRedisVersions } from '../adapters/node-redis/node-redis-versions';
import { makeDriver as makeNodeRedisDriver } from '../adapters/node-redis/open-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeDriver as makeRedisDriver } from '../adapters/redis/open-driver';
import { until } from '../adapters/redis/until';
import { KeyvRedis as KeyvRedis6 } from '../keyv-6';
import { TestServer } from '../support/servers';

const reason = 'the server refused to select the database';
const minuteMs = 60_000;

interface Given {
  readonly driver: StoreDriver;
  readonly close?: () => unknown;
}

type Make = (url: string) => Given | Promise<Given>;

const drivers: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    ioredisVersions.map(({ version, ioredis }): [string, Make] => [
      `redis(url) with ${version}`,
      (url) => ({ driver: makeRedisDriver(ioredis, url) }),
    ]),
  ),
  ...Object.fromEntries(
    nodeRedisVersions.map(({ version, nodeRedis: module }): [string, Make] => [
      `nodeRedis(url) with ${version}`,
      (url) => ({ driver: makeNodeRedisDriver(module, url) }),
    ]),
  ),
  'valkey(url)': (url) => ({ driver: valkey(url) }),
  'keyv(new KeyvValkey(url))': (url) => ({ driver: keyv(new KeyvValkey(url)) }),
  'keyv(new KeyvRedis(url))': (url) => ({ driver: makeKeyvDriver(new KeyvRedis5(url)) }),
  'keyv() of a KeyvRedis 6': (url) => ({ driver: makeKeyvDriver(new KeyvRedis6(url)) }),
};

/** Clients that are connected before they are given to a driver, which has not seen the refusal. node-redis does not connect without its database. */
const connected: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    ioredisVersions.map(({ version, ioredis }): [string, Make] => [
      `redis(client) with ${version}`,
      async (url) => {
        const client = await ready(new ioredis.Redis(url));
        return { driver: redis(client), close: () => client.disconnect() };
      },
    ]),
  ),
  'valkey(client)': async (url) => {
    const adapter = new KeyvValkey(url, { useRedisSets: false });
    adapter.on('error', () => undefined);
    const client = await ready(adapter.redis as object);
    return { driver: valkey(client), close: () => client.disconnect() };
  },
};

async function ready(given: object): Promise<RedisClient> {
  const client = given as RedisClient;
  client.on('error', () => undefined);
  await until('it is ready', () => client.status === 'ready');
  return client;
}

describe('A database that the server refuses to select', () => {
  let server: TestServer;
  let given: readonly (Given & { readonly name: string })[] = [];

  before(async () => {
    server = await TestServer.start('redis');
  });

  beforeEach(async () => {
    await server.cli('FLUSHALL');
    await server.cli('ACL', 'SETUSER', 'app', 'on', '>pass', '~*', '&*', '+@all', '-select');
  });

  afterEach(async () => {
    await Promise.all(given.map(({ driver }) => driver.close()));
    for (const { close } of given) close?.();
  });

  after(() => server.stop());

  const withoutPermission = (): string => `redis://app:pass@127.0.0.1:${server.port}/2`;

  async function open(makers: Readonly<Record<string, Make>>, url: string): Promise<void> {
    given = await Promise.all(Object.entries(makers).map(async ([name, make]) => ({ name, ...(await make(url)) })));
    await Promise.all(given.map(({ driver }) => driver.open()));
  }

  async function areDown(): Promise<void> {
    for (const { name, driver } of given) {
      await until(`${name} is down for this reason`, () => driver.probe.reason?.includes(reason) === true);
      const [outcome] = await Promise.allSettled([driver.store.set(testKey(name), 'payload', minuteMs)]);

      expect(outcome, name).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(driver.probe.health, name).to.equal('down');
    }
    expect(await server.cli('INFO', 'keyspace')).to.not.include('db');
  }

  const urls: Readonly<Record<string, () => string>> = {
    'which does not exist': () => `${server.url}/99`,
    'for want of +select': withoutPermission,
  };
  for (const [why, url] of Object.entries(urls)) {
    it(`is the reason for which every driver is down, ${why}`, async () => {
      await open(drivers, url());

      await areDown();
    });

    it(`is the reason for which drivers are down on clients that were connected before, ${why}`, async () => {
      await open(connected, url());

      await areDown();
    });
  }

  it('is used by every driver once the user may select it', async () => {
    await open({ ...drivers, ...connected }, withoutPermission());
    await areDown();

    await server.cli('ACL', 'SETUSER', 'app', '+select');

    for (const { name, driver } of given) {
      await until(`${name} is up`, () => driver.probe.health === 'up');
      await driver.store.set(testKey(name), 'payload', minuteMs);
    }
    expect(await server.cli('INFO', 'keyspace'))
      .to.include(`db2:keys=${String(given.length)}`)
      .and.not.include('db0');
  });
});
