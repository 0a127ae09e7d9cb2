import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import Keyv from 'keyv';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import type { CacheError } from '../../src/domain/cache-error';
import type { StoreDriver } from '../../src/ports/driver';
import { testKey } from '../../src/testing';
import { until } from '../adapters/redis/until';
import type { ServerKind } from '../support/server-binaries';
import { TestServer } from '../support/servers';

const minuteMs = 60_000;
const entry = { key: testKey('k'), payload: 'a-secret-payload', ttlMs: minuteMs };

const drivers: readonly (readonly [name: string, kind: ServerKind, make: (url: string) => StoreDriver])[] = [
  ['keyv(new KeyvRedis(url))', 'redis', (url) => keyv(new KeyvRedis(url))],
  ['keyv(new Keyv(new KeyvRedis(url)))', 'valkey', (url) => keyv(new Keyv(new KeyvRedis(url)))],
  ['keyv(new KeyvValkey(url))', 'valkey', (url) => keyv(new KeyvValkey(url))],
  ['valkey(url)', 'valkey', (url) => valkey(url)],
];

for (const [name, kind, make] of drivers) {
  describe(`${name}, when the server refuses`, () => {
    let server: TestServer;
    let driver: StoreDriver;

    before(async () => {
      server = await TestServer.start(kind);
      driver = make(server.url);
      await driver.open();
    });

    after(async () => {
      await driver.close();
      await server.stop();
    });

    it('reads and deletes while its memory is full, and refuses writes', async () => {
      await driver.store.set(testKey('before'), 'there', minuteMs);
      await server.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
      try {
        const [one, many, get, remove] = await Promise.allSettled([
          driver.store.set(entry.key, entry.payload, entry.ttlMs),
          driver.store.setMany([entry, { ...entry, key: testKey('l') }]),
          driver.store.getMany([testKey('before'), entry.key]),
          driver.store.delete([entry.key, testKey('absent')]),
        ]);

        for (const refused of [one, many]) {
          expect(refused).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
          expect(refused)
            .to.have.nested.property('reason.message')
            .that.matches(/: the server refused the write \(OOM\)$/);
        }
        expect(get).to.deep.equal({ status: 'fulfilled', value: ['there', undefined] });
        expect(remove.status).to.equal('fulfilled');
        expect(driver.probe.health).to.equal('up');
      } finally {
        await server.cli('CONFIG', 'SET', 'maxmemory', '0');
      }
    });

    it('takes data of another type for absent, and writes over it', async () => {
      await driver.store.set(testKey('typed'), 'mine', minuteMs);
      const [storedKey] = (await server.cli('KEYS', '*typed')).split('\n');
      await server.cli('DEL', storedKey as string);
      await server.cli('RPUSH', storedKey as string, '1');

      expect(await driver.store.getMany([testKey('typed'), testKey('none')])).to.deep.equal([undefined, undefined]);
      expect(await driver.store.get(testKey('typed'))).to.equal(undefined);
      await driver.store.set(testKey('typed'), 'mine', minuteMs);
      expect(await driver.store.get(testKey('typed'))).to.equal('mine');
    });

    it('reads while the server is a replica, and rejects deletes', async () => {
      await driver.store.set(testKey('kept'), 'old', minuteMs);
      await server.cli('REPLICAOF', '127.0.0.1', '1');
      try {
        const [removed] = await Promise.allSettled([driver.store.delete([testKey('kept')])]);
        expect(removed).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');

        // The client may have reconnected after the first refusal, as after a failover.
        await until('clear() is refused too', async () => {
          const [cleared] = await Promise.allSettled([driver.store.clear(testKey('kept'))]);
          return cleared.status === 'rejected' && (cleared.reason as CacheError).code === 'CACHE_WRITE_REFUSED';
        });
        expect(await driver.store.get(testKey('kept'))).to.equal('old');
      } finally {
        await server.cli('REPLICAOF', 'NO', 'ONE');
      }
    });
  });
}
