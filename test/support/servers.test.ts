import { expect } from 'chai';
import { existsSync } from 'node:fs';
import Redis from 'ioredis';
import { TestServer } from './servers';

for (const kind of ['redis', 'valkey'] as const) {
  describe(`TestServer: ${kind}`, () => {
    let server: TestServer;
    let client: Redis;

    beforeEach(async () => {
      server = await TestServer.start(kind);
      client = new Redis(server.url, { retryStrategy: () => 10, maxRetriesPerRequest: 0 });
      client.on('error', () => undefined);
    });

    afterEach(async () => {
      client.disconnect();
      await server.stop();
    });

    it('runs the server that was asked for', async () => {
      expect(await server.cli('INFO', 'server')).to.include(kind === 'valkey' ? 'server_name:valkey' : 'redis_version');
      expect(await client.ping()).to.equal('PONG');
    });

    it('is empty after a restart on the same port', async () => {
      await client.set('a', '1');

      await server.restart();

      expect(await server.cli('GET', 'a')).to.equal('');
    });

    it('keeps its data over a restart when asked to, and forgets it at the next', async () => {
      await client.set('a', '1');

      await server.restart({ keepData: true });
      expect(await server.cli('GET', 'a')).to.equal('1');

      await server.restart();
      expect(await server.cli('GET', 'a')).to.equal('');
    });

    it('breaks connections when it is killed, and takes them again after a restart', async () => {
      await client.ping();
      const closed = new Promise((resolve) => client.once('close', resolve));

      await server.kill();
      await closed;
      await server.restart();
      await new Promise((resolve) => client.once('ready', resolve));

      expect(await client.ping()).to.equal('PONG');
    });

    it('answers nothing while it is frozen, and everything afterwards', async () => {
      await client.ping();
      server.freeze();
      let answered = false;
      const written = client.set('a', '1').then(() => (answered = true));

      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answered).to.equal(false);
      server.thaw();
      await written;

      expect(await server.cli('GET', 'a')).to.equal('1');
    });

    it('can be stopped while it is frozen, and leaves no folder', async () => {
      server.freeze();

      await server.stop();

      expect(existsSync(server.folder)).to.equal(false);
      expect(TestServer.running.has(server)).to.equal(false);
    });

    it('passes arguments on', async () => {
      const small = await TestServer.start(kind, { args: ['--maxmemory', '2mb'] });

      expect(await small.cli('CONFIG', 'GET', 'maxmemory')).to.equal('maxmemory\n2097152');
      await small.stop();
    });

    it('rejects a command that the server refuses', async () => {
      const outcome = await server.cli('NONSENSE').catch((error: unknown) => error);

      expect(outcome).to.be.instanceOf(Error);
    });

    it('reports the output of a server that cannot start', async () => {
      const before = [...TestServer.running];

      const outcome = await TestServer.start(kind, { args: ['--nonsense', '1'] }).catch((error: unknown) => String(error));

      expect(outcome).to.match(/ended before it was ready:[^]*nonsense/);
      expect([...TestServer.running]).to.deep.equal(before);
    });
  });
}
