import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { CacheError } from '../../src/domain/cache-error';
import type { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { testKey } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { openDriver } from '../adapters/redis/open-driver';
import { until } from '../adapters/redis/until';
import { FaultProxy } from '../support/fault-proxy';
import { TestServer } from '../support/servers';

const key = testKey('k');
const other = testKey('other');

const failureOf = async (call: Promise<unknown>): Promise<CacheError> =>
  call.then(
    () => expect.fail('it was taken'),
    (error: unknown) => (error instanceof CacheError ? error : expect.fail(`no CacheError but ${String(error)}`)),
  );

for (const { version, ioredis } of ioredisVersions) {
  describe(`redis() with ${version}, refused by its server`, () => {
    let server: TestServer;
    let driver: RedisDriver;

    before(async () => {
      server = await TestServer.start('redis', { args: ['--enable-protected-configs', 'yes'] });
    });

    beforeEach(async () => {
      await server.cli('FLUSHALL');
      driver = await openDriver(ioredis, server.url);
    });

    afterEach(() => driver.close());

    after(() => server.stop());

    const isUpAfterSomePings = async (): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return driver.probe.health === 'up';
    };

    describe('that is full', () => {
      beforeEach(async () => {
        await driver.store.set(key, 'before', 60_000);
        await server.cli('CONFIG', 'SET', 'maxmemory', '1');
      });

      afterEach(() => server.cli('CONFIG', 'SET', 'maxmemory', '0'));

      it('rejects writes with their own code and reason, one by one and many at once', async () => {
        const one = await failureOf(driver.store.set(key, 'after', 60_000));
        const many = await failureOf(driver.store.setMany([key, other].map((each) => ({ key: each, payload: 'after', ttlMs: 60_000 }))));

        for (const error of [one, many]) {
          expect([error.code, error.message]).to.deep.equal(['CACHE_WRITE_REFUSED', 'redis: the server refused the write (OOM)']);
        }
      });

      it('goes on reading and deleting, and stays up', async () => {
        expect(await driver.store.get(key)).to.equal('before');
        await driver.store.delete([key]);
        expect(await driver.store.getMany([key])).to.deep.equal([undefined]);
        expect(await isUpAfterSomePings()).to.equal(true);
      });

      it('does not log or repeat the value', async () => {
        const error = await failureOf(driver.store.set(testKey('secret-key'), 'secret-payload', 60_000));

        expect(inspect(error, { depth: 9, showHidden: true })).not.to.match(/secret-(key|payload)/);
      });
    });

    it('refuses writes, answers reads and stays up where the server cannot save', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tiercel-nosave-'));
      try {
        await driver.store.set(key, 'before', 60_000);
        await server.cli('CONFIG', 'SET', 'dir', folder, 'save', '3600 1');
        await rm(folder, { recursive: true });
        await server.cli('BGSAVE');
        await until('the save has failed', async () => (await server.cli('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'));

        const error = await failureOf(driver.store.set(key, 'after', 60_000));

        expect([error.code, error.message]).to.deep.equal(['CACHE_WRITE_REFUSED', 'redis: the server refused the write (MISCONF)']);
        expect(await driver.store.get(key)).to.equal('before');
        expect(await isUpAfterSomePings()).to.equal(true);
      } finally {
        await server.cli('CONFIG', 'SET', 'dir', server.folder, 'save', '');
      }
    });

    it('refuses writes of a user with read permission only, and stays up', async () => {
      await server.cli('ACL', 'SETUSER', 'reader', 'on', '>pass', '~*', '+@read', '+@connection', '+info');
      const reader = await openDriver(ioredis, `redis://reader:pass@127.0.0.1:${server.port}`);
      try {
        await driver.store.set(key, 'before', 60_000);

        const error = await failureOf(reader.store.set(key, 'after', 60_000));

        expect([error.code, error.message]).to.deep.equal(['CACHE_WRITE_REFUSED', 'redis: the server refused the write (NOPERM)']);
        expect(await reader.store.get(key)).to.equal('before');
      } finally {
        await reader.close();
      }
    });

    it('is up for a user without permission for PING', async () => {
      await server.cli('ACL', 'SETUSER', 'mute', 'on', '>pass', '~*', '+@read', '+@write', '+info', '+hello', '+client', '-ping');
      const mute = await openDriver(ioredis, `redis://mute:pass@127.0.0.1:${server.port}`);

      expect(mute.probe.health).to.equal('up');
      await mute.close();
    });

    it('looks for the new master once when the server became a replica, and then goes on reading from it', async () => {
      const proxy = await FaultProxy.start(server.port);
      const replica = await openDriver(ioredis, proxy.url);
      try {
        await replica.store.set(key, 'before', 60_000);
        await server.cli('REPLICAOF', '127.0.0.1', '1');

        const first = await failureOf(replica.store.set(key, 'after', 60_000));
        await until('it has connected again', () => proxy.accepted === 2 && replica.probe.health === 'up');
        const second = await failureOf(replica.store.set(key, 'after', 60_000));

        expect([first.code, second.code]).to.deep.equal(['CACHE_WRITE_REFUSED', 'CACHE_WRITE_REFUSED']);
        expect(await replica.store.get(key)).to.equal('before');
        expect([proxy.accepted, replica.probe.health]).to.deep.equal([2, 'up']);
      } finally {
        await server.cli('REPLICAOF', 'NO', 'ONE');
        await replica.close();
        await proxy.stop();
      }
    });

    it('takes another type under its key for a miss, and deletes it', async () => {
      await server.cli('RPUSH', key, 'a list');
      await server.cli('HSET', other, 'a', 'hash');

      const many = await driver.store.getMany([key, other]);
      const one = await driver.store.get(key);

      expect([many, one]).to.deep.equal([[undefined, undefined], undefined]);
      expect(await server.cli('EXISTS', key)).to.equal('0');
    });

    it('clears by the names on the server, with the keyPrefix of ioredis', async () => {
      const prefixed = await openDriver(ioredis, { port: server.port, host: '127.0.0.1', keyPrefix: 'app*:' });
      await prefixed.store.set(testKey('a:1'), 'ours', 60_000);
      await driver.store.set(testKey('app:a:1'), 'theirs', 60_000);

      await prefixed.store.clear(testKey('a:'));

      expect(await server.cli('KEYS', '*')).to.equal('app:a:1');
      await prefixed.close();
    });
  });
}
