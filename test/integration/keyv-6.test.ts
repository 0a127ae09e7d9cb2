import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, inflateSync } from 'node:zlib';
import KeyvRedis5 from '@keyv/redis';
import { expect } from 'chai';
import { createCache, type CreateCacheOptions } from '../../src';
import { keyv } from '../../src/adapters/keyv';
import type { StoreDriver } from '../../src/ports/driver';
import { storeContract, testKey } from '../../src/testing';
import { flakyMap } from '../adapters/keyv/flaky-map';
import { Keyv, KeyvPostgres, KeyvRedis } from '../keyv-6';
import { TestPostgres } from '../support/postgres';
import { storeContractOn } from '../support/proxied-server';
import type { ServerKind } from '../support/server-binaries';
import { TestServer } from '../support/servers';

const compression = {
  compress: async (text: string) => deflateSync(text).toString('base64'),
  decompress: async (text: string) => inflateSync(Buffer.from(text, 'base64')).toString(),
};

/** Not a cipher: it shows that its functions are called. */
const encryption = {
  encrypt: (text: string) => Buffer.from(text).toString('hex'),
  decrypt: (text: string) => Buffer.from(text, 'hex').toString(),
};

const remote: readonly (readonly [name: string, kind: ServerKind, make: (url: string) => StoreDriver])[] = [
  ['keyv() of a KeyvRedis 6', 'redis', (url) => keyv(new KeyvRedis(url))],
  [
    'keyv() of a Keyv 6 with a namespace, compression and encryption',
    'valkey',
    (url) => keyv(new Keyv(new KeyvRedis(url), { namespace: 'app', compression, encryption })),
  ],
  ['keyv() of a Keyv 6 with an adapter of Keyv 5', 'redis', (url) => keyv(new Keyv(new KeyvRedis5(url), { namespace: 'app' }))],
];

for (const [name, kind, make] of remote) {
  describe(`${name} on ${kind}-server`, () => {
    storeContractOn(kind, make);
  });
}

describe('keyv() of a Keyv 6 on a Map', () => {
  storeContract('its store', async () => {
    const { map, ...harness } = flakyMap();
    const driver = keyv(new Keyv(map));
    await driver.open();
    return { ...harness, store: driver.store, close: () => driver.close() };
  });
});

describe('An adapter of Keyv 6 on PostgreSQL', () => {
  let postgres: TestPostgres;
  let adapters: KeyvPostgres[] = [];

  before(async function () {
    this.timeout(30_000);
    postgres = await TestPostgres.start();
  });

  afterEach(async () => {
    await Promise.all(adapters.map((adapter) => adapter.disconnect()));
    adapters = [];
  });

  after(() => postgres.stop());

  function newAdapter(options: { readonly table?: string; readonly keyLength?: number } = {}): KeyvPostgres {
    const adapter = new KeyvPostgres({
      uri: postgres.url,
      max: 1,
      keyLength: 65_535,
      iterationLimit: 1_000,
      application_name: String(adapters.length),
      ...options,
    });
    adapters.push(adapter);
    return adapter;
  }

  storeContract('the store of a Keyv with the namespace of the cache', async () => {
    const driver = keyv(new Keyv(newAdapter(), { namespace: 'a' }));
    const foreign = newAdapter();
    foreign.namespace = 'a';
    await driver.open();
    return {
      store: driver.store,
      elapse: (ms) => sleep(ms),
      goAway: () => void (postgres.isAway = true),
      comeBack: () => void (postgres.isAway = false),
      foreign: {
        set: async (key, payload) => {
          await foreign.set(key, payload);
        },
        get: async (key) => (await foreign.get(key)) as string | undefined,
      },
      close: () => driver.close(),
    };
  });

  it('keeps caches apart whose names differ by the namespace of the adapter', async () => {
    const { store } = keyv(new Keyv(newAdapter(), { namespace: 'a' }));
    const [inside, outside] = [testKey('a:b:v1:k'), testKey('b:v1:k')];

    await store.set(inside, 'inside', 60_000);

    expect(await store.getMany([inside, outside])).to.deep.equal(['inside', undefined]);
  });

  it('refuses a key that is longer than its column, and stays up', async () => {
    const driver = keyv(newAdapter({ table: 'short', keyLength: 20 }));
    await driver.open();

    const [outcome] = await Promise.allSettled([driver.store.set(testKey('k'.repeat(30)), '1', 60_000)]);

    expect(outcome).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
    await driver.close();
  });
});

describe('A cache on Keyv 6', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  const seconds: Readonly<Record<string, () => NonNullable<CreateCacheOptions['secondary']>>> = {
    'a KeyvRedis': () => new KeyvRedis(server.url),
    'a Keyv with a KeyvRedis': () => new Keyv(new KeyvRedis(server.url)),
    'a Keyv with a KeyvRedis of Keyv 5': () => new Keyv(new KeyvRedis5(server.url)),
  };
  for (const [name, secondary] of Object.entries(seconds)) {
    it(`reads what another process has set, and clears it alone, with ${name} on a shared Redis`, async () => {
      await server.cli('FLUSHALL');
      await server.cli('SET', 'other:program', 'theirs');
      const one = createCache({ secondary: secondary(), logger: false });
      const other = createCache({ secondary: secondary(), logger: false });
      try {
        await one.set('k', { a: 1 });
        expect(await other.get('k')).to.deep.equal({ a: 1 });
        expect(await other.clear({ erase: true })).to.equal('done');

        expect(await other.get('k')).to.equal(undefined);
        expect(await server.cli('GET', 'other:program')).to.equal('theirs');
        expect(other.health()).to.have.nested.property('l2.state', 'up');
      } finally {
        await Promise.all([one.close(), other.close()]);
      }
    });
  }
});
