import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { typescriptModules } from '../support/child-modules';
import { TestServer } from '../support/servers';
import type { LastWords } from './fixtures/closing-process';
import { drivers } from './outage/drivers';

const script = join(__dirname, 'fixtures', 'closing-process.ts');
const execArgv = [...typescriptModules];

/** `deadlines.close`, by default. */
const closeLimitMs = 2_000;
/** For the clients' timers that cannot be stopped. */
const exitLimitMs = 1_000;
/** For a machine that runs other work. */
const busyMs = 4_000;

/** Faults of the server before the process begins, and before it closes. */
const troubles: Readonly<Record<string, { readonly before?: 'kill' | 'freeze'; readonly meanwhile?: 'kill' | 'freeze' }>> = {
  'that is well': {},
  'that was never there': { before: 'kill' },
  'that never answered': { before: 'freeze' },
  'that is frozen': { meanwhile: 'freeze' },
  'that was killed': { meanwhile: 'kill' },
};

for (const { name, server: kind } of drivers) {
  describe(`The process of a script with a cache on ${name}`, function () {
    this.timeout(30_000);

    /** All at once: each of them mostly waits. */
    const lastWords = async ({ before, meanwhile }: (typeof troubles)[string]): Promise<LastWords> => {
      const server = await TestServer.start(kind);
      if (before !== undefined) await server[before]();
      const child = fork(script, [name, server.url], { execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      const output = child.stdout!.toArray();
      const exit = once(child, 'exit') as Promise<[number | null]>;
      await Promise.race([once(child, 'message'), exit.then(([code]) => expect.fail(`it ended too early, with ${String(code)}`))]);
      if (meanwhile !== undefined) await server[meanwhile]();
      child.send('close');
      const [code] = await exit;
      await server.stop();
      expect(code).to.equal(0);
      return JSON.parse((await output).join('')) as LastWords;
    };

    it('closes in time and exits by itself, whatever has become of its server', async () => {
      const all = await Promise.all(Object.entries(troubles).map(async ([what, trouble]) => ({ what, ...(await lastWords(trouble)) })));

      for (const { what, closeMs, exitMs } of all) {
        expect(closeMs, `close() with a server ${what}`).to.be.below(closeLimitMs + busyMs);
        expect(exitMs, `the exit with a server ${what}`).to.be.below(exitLimitMs + busyMs);
      }
    });
  });
}
