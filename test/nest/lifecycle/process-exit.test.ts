import { expect } from 'chai';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { drivers } from '../../integration/outage/drivers';
import { TestServer } from '../../support/servers';

const script = join(__dirname, 'fixtures', 'shop-process.ts');
const execArgv = ['-r', 'ts-node/register', '-r', 'reflect-metadata'];
const patienceMs = 3_000;

// With the first driver: `test/integration/process-exit.test.ts` has all of them.
for (const { name, server: kind } of drivers.slice(0, 1)) {
  describe(`The process of an application whose cache is on ${name}`, function () {
    this.timeout(20_000);
    let server: TestServer;
    let child: ChildProcess;

    beforeEach(async () => {
      server = await TestServer.start(kind);
    });

    afterEach(async () => {
      child.kill('SIGKILL');
      await server.stop();
    });

    /** @returns the first message of the process */
    const start = async (startup: 'lazy' | 'require' = 'lazy'): Promise<string> => {
      child = fork(script, [name, server.url, startup], { execArgv });
      const [message] = (await once(child, 'message')) as [string];
      return message;
    };

    const exit = async (): Promise<unknown> => {
      const [code, signal] = (await once(child, 'exit', { signal: AbortSignal.timeout(patienceMs) })) as [number | null, string | null];
      return signal ?? code;
    };

    it('exits by itself after close()', async () => {
      expect(await start()).to.equal('open');

      child.send('close');

      expect(await exit()).to.equal(0);
    });

    it('exits by itself after close() although the server is frozen', async () => {
      expect(await start()).to.equal('open');
      server.freeze();

      child.send('close');

      expect(await exit()).to.equal(0);
    });

    it('ends with the signal that asked for it although the server is frozen', async () => {
      expect(await start()).to.equal('open');
      server.freeze();

      child.disconnect();
      child.kill('SIGTERM');

      expect(await exit()).to.equal('SIGTERM');
    });

    it('exits by itself after a start that failed without a server', async () => {
      server.freeze();

      expect(await start('require')).to.contain('CacheError: startup');

      expect(await exit()).to.equal(0);
    });
  });
}
