import { expect } from 'chai';
import { once } from 'node:events';

import { redis } from '../../src/adapters/redis';
import { valkey } from '../../src/adapters/keyv/valkey';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { RecordingLogger } from '../../src/testing/recording-logger';
import { until } from '../adapters/redis/until';
import { Certificate } from '../support/certificate';
import { freePort } from '../support/free-port';
import { TestServer } from '../support/servers';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly ca?: string; readonly rejectUnauthorized?: boolean };
  readonly username?: string;
  readonly password?: string;
}

/** The user of docs/security.md, with the commands, keys and channel of the cache, and no others. */
const leastRights =
  'resetchannels &tiercel:invalidations -@all +get +mget +set +unlink +eval +evalsha +time +pttl +scan +ping +info +publish +subscribe';

const clients = [
  { kind: 'redis', name: 'redis()', prefix: '', rights: leastRights, open: (place: Place | string): StoreDriver => redis(place) },
  // `client setinfo` came after Redis 7.0.
  {
    kind: 'valkey',
    name: 'valkey()',
    prefix: 'namespace::',
    rights: `${leastRights} +client|setinfo`,
    open: (place: Place | string): StoreDriver => valkey(place),
  },
] as const;

const password = 'hunter2';

for (const { kind, name, open, prefix, rights } of clients) {
  describe(`The transport of ${name}`, () => {
    let certificate: Certificate | undefined;
    let server: TestServer;
    let tlsPort: number;
    let caches: Cache[];
    let logger: RecordingLogger;

    before(async function () {
      certificate = Certificate.make();
      if (certificate === undefined) this.skip();
      tlsPort = await freePort();
      const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', certificate.file, '--tls-key-file', certificate.keyFile];
      const started = await TestServer.start(kind, { args: [...tls, '--tls-auth-clients', 'no'] }).catch((error: unknown) => error);
      // A server can be built without TLS; then it does not know the options.
      if (!(started instanceof TestServer)) return this.skip();
      server = started;
      await server.cli('ACL', 'SETUSER', 'shop', 'on', `>${password}`, 'resetkeys', `~${prefix}shop:*`, ...rights.split(' '));
    });

    after(async () => {
      certificate?.remove();
      await (server as TestServer | undefined)?.stop();
    });

    beforeEach(() => {
      caches = [];
      logger = new RecordingLogger();
    });

    afterEach(async () => {
      await Promise.all(caches.map((cache) => cache.close()));
    });

    async function started(place: Place | string): Promise<Cache> {
      const cache = createCache({ secondary: open(place), namespace: 'shop', logger });
      caches.push(cache);
      await cache.start();
      return cache;
    }

    const trusting = (): Place => ({ host: '127.0.0.1', port: tlsPort, tls: { ca: certificate?.text ?? '' } });

    it('carries values and invalidations over TLS', async () => {
      const [one, other] = [await started(trusting()), await started(trusting())];
      await one.set('a', 1);
      expect(await other.get('a')).to.equal(1);

      await one.del('a');

      await until('the other one has heard', () => other.peek('a') === undefined);
      expect(await other.get('a')).to.equal(undefined);
      expect(await server.cli('CLIENT', 'LIST')).not.to.match(new RegExp(`laddr=127.0.0.1:${server.port}.*cmd=(mget|subscribe)`));
    });

    for (const [what, place] of Object.entries<() => Place | string>({
      'a server with an untrusted certificate': () => `rediss://127.0.0.1:${tlsPort}`,
      'TLS where the server speaks none': () => `rediss://127.0.0.1:${server.port}`,
      'no TLS where the server speaks nothing else': () => `redis://127.0.0.1:${tlsPort}`,
      'a wrong password': () => `redis://shop:wrong-${password}@127.0.0.1:${server.port}`,
    })) {
      it(`counts ${what} as an outage, soon, and logs no password`, async () => {
        const one = await started(place());

        expect(await one.wrap('a', () => 'loaded')).to.equal('loaded');

        expect(one.health().l2).to.include({ state: 'down' });
        const report = JSON.stringify([one.health(), logger.lines]);
        expect(report).to.contain('L2').and.not.to.contain(password);
      });
    }

    it('warns if the certificate of the server is not checked', async () => {
      const warning = once(process, 'warning') as Promise<[Error]>;

      const one = await started({ ...trusting(), tls: { rejectUnauthorized: false } });

      expect((await warning)[0].message).to.contain(`${name}: tls.rejectUnauthorized is false`);
      expect(await one.set('a', 1)).to.equal('done');
    });

    it('needs no more rights than the documentation lists', async () => {
      await server.cli('ACL', 'LOG', 'RESET');
      const user = { ...trusting(), username: 'shop', password };
      const [one, other] = [await started(user), await started(user)];
      await one.set('a', 1);
      await one.setMany([{ key: 'b', value: 2 }, { key: 'c', value: 3 }]); // prettier-ignore
      expect(await other.getMany(['a', 'b', 'c'])).to.deep.equal([1, 2, 3]);
      expect(await one.del('a')).to.equal('done');
      await until('the other one has heard', () => other.peek('a') === undefined);

      await one.set('d', 4, { tags: ['t'] });
      expect(await one.delByTag('t')).to.equal('done');
      expect(await one.wrap('e', () => 5)).to.equal(5);
      await one.wrap('f', () => Promise.reject(new Error('no database'))).catch(() => undefined);
      expect(await one.expire('e')).to.equal('done');
      expect(await one.wrap('e', () => 6)).to.equal(6);
      expect(await one.clear()).to.equal('done');
      expect(await one.clear({ erase: true })).to.equal('done');

      await until('the other one has heard', () => other.peek('b') === undefined);
      expect(await server.cli('ACL', 'LOG')).to.equal('');
      expect([one.health().status, logger.messages('warn')]).to.deep.equal(['up', []]);
    });

    it('may not touch the keys of others with these rights', async () => {
      await server.cli('SET', `${prefix}theirs:v1:a`, 'theirs');
      const driver = open({ ...trusting(), username: 'shop', password });
      const cache = createCache({ secondary: driver, namespace: 'theirs', logger });
      caches.push(cache);

      expect(await cache.get('a')).to.equal(undefined);
      expect(await cache.del('a')).to.equal('pending');

      expect(await server.cli('GET', `${prefix}theirs:v1:a`)).to.equal('theirs');
    });
  });
}
