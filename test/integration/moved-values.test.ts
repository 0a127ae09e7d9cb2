import KeyvRedis, { Keyv } from '@keyv/redis';
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { aesGcmCipher, createCache, type Cache } from '../../src';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { redis } from '../../src/adapters/redis';
import { prefixedDriver } from '../../src/adapters/store/prefixed-store';
import { deriveDriver, type StoreDriver } from '../../src/ports/driver';
import { FakeBus } from '../../src/testing';
import { TestServer } from '../support/servers';

/** Drivers that add a prefix to every key, for the tenants of one server. */
const drivers: Readonly<Record<string, (port: number, tenant: string) => StoreDriver>> = {
  'redis() with a keyPrefix': (port, tenant) => redis({ port, keyPrefix: `${tenant}:` }),
  'valkey() with a keyPrefix': (port, tenant) => valkey({ port, keyPrefix: `${tenant}:` }),
  'an adapter with a namespace': (port, tenant) => keyv(new KeyvRedis(`redis://127.0.0.1:${port}`, { namespace: tenant })),
  'an adapter with a namespace, and a bus': (port, tenant) =>
    keyv(new KeyvRedis(`redis://127.0.0.1:${port}`, { namespace: tenant }), { bus: new FakeBus() }),
  'a Keyv with a namespace, and a bus': (port, tenant) =>
    keyv(new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}`), namespace: tenant, useKeyPrefix: true }), { bus: new FakeBus() }),
  'a prefixed driver with a prefix': (port, tenant) => prefixedDriver(redis({ port, keyPrefix: 'shop:' }), `${tenant}:`),
  'a derived driver': (port, tenant) => deriveDriver(redis({ port, keyPrefix: `${tenant}:` }), { name: 'derived' }),
  'a Keyv with a namespace': (port, tenant) =>
    keyv(new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}`), namespace: tenant, useKeyPrefix: true })),
};

describe('a sealed value that is moved on the server', () => {
  const cipher = aesGcmCipher({ keys: [{ id: 'a', key: randomBytes(32) }] });
  let server: TestServer;
  const open: Cache[] = [];

  before(async () => {
    server = await TestServer.start('redis');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((cache) => cache.close()));
    await server.cli('FLUSHALL');
  });
  after(() => server.stop());

  function started(secondary: StoreDriver): Cache {
    const cache = createCache({ secondary, cipher, logger: false, deadlines: { read: '2s' } });
    open.push(cache);
    return cache;
  }

  for (const [name, driver] of Object.entries(drivers)) {
    it(`does not open under the prefix of another: ${name}`, async () => {
      const [alices, alicesToo, bobs] = ['alice', 'alice', 'bobby'].map((tenant) => started(driver(server.port, tenant))) as [
        Cache,
        Cache,
        Cache,
      ];
      await alices.set('salary', 100);
      const written = (await server.cli('KEYS', '*:v1:*')).trim();
      await server.cli('COPY', written, written.replaceAll('alice', 'bobby'));

      expect(written).to.contain('alice');
      expect(await bobs.get('salary')).to.equal(undefined);
      expect(bobs.stats().rejected).to.include({ tampered: 1 });
      expect(await alicesToo.get('salary')).to.equal(100);
    });
  }
});
