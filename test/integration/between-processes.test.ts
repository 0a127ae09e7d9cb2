import { expect } from 'chai';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../adapters/redis/until';
import { typescriptModules } from '../support/child-modules';
import { TestServer } from '../support/servers';
import type { WorkerCall } from './fixtures/worker-process';
import { drivers } from './outage/drivers';

const script = join(__dirname, 'fixtures', 'worker-process.ts');

interface Answer {
  readonly id?: number;
  readonly answer?: unknown;
  readonly loading?: true;
}

/** A real process with a cache. */
class Worker {
  readonly #child: ChildProcess;
  #calls = 0;

  constructor(driver: string, url: string) {
    this.#child = fork(script, [driver, url], { execArgv: [...typescriptModules], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  static async start(driver: string, url: string): Promise<Worker> {
    const worker = new Worker(driver, url);
    await once(worker.#child, 'message');
    return worker;
  }

  call(call: WorkerCall): Promise<unknown> {
    const id = ++this.#calls;
    const answer = this.#next((given) => given.id === id);
    this.#child.send({ id, call, isLast: false });
    return answer.then((given) => given.answer);
  }

  /** Begins a load, which goes on until the call 'end load'. */
  async beginLoad(key: string, value: unknown, tags: readonly string[] = []): Promise<{ readonly value: Promise<unknown> }> {
    const loading = this.#next((given) => given.loading === true);
    const answer = this.call({ do: 'load', key, value, tags });
    await loading;
    return { value: answer };
  }

  /** The process kills itself as soon as the call is answered. */
  async lastCall(call: WorkerCall): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.send({ id: ++this.#calls, call, isLast: true });
    await exit;
  }

  kill(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #next(isIt: (answer: Answer) => boolean): Promise<Answer> {
    return new Promise((resolve) => {
      const listen = (given: Answer): void => {
        if (!isIt(given)) return;
        this.#child.off('message', listen);
        resolve(given);
      };
      this.#child.on('message', listen);
    });
  }
}

const changes: Readonly<Record<string, WorkerCall>> = {
  del: { do: 'del', key: 'a' },
  set: { do: 'set', key: 'a', value: 'new' },
  expire: { do: 'expire', key: 'a' },
  delByTag: { do: 'delByTag', tags: ['t'] },
  clear: { do: 'clear' },
};

for (const { name, server: kind } of drivers) {
  const hasBus = !name.startsWith('keyv');
  // Two changes stand for all where only the client differs.
  const made = Object.entries(changes).filter(([what]) => name === 'redis' || what === 'del' || what === 'delByTag');
  // A lease takes 5 seconds to end.
  const itOnLeases = name === 'redis' || name === 'keyv(KeyvRedis)' ? it : () => undefined;
  const itOnce = name === 'redis' ? it : () => undefined;

  describe(`Processes on one server through ${name}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let workers: Worker[];

    before(async () => {
      server = await TestServer.start(kind);
    });

    after(() => server.stop());

    beforeEach(async () => {
      await server.cli('FLUSHALL');
      workers = await Promise.all([1, 2].map(() => Worker.start(name, server.url)));
    });

    afterEach(() => Promise.all(workers.map((worker) => worker.stop())));

    for (const [what, call] of hasBus ? made : []) {
      it(`have heard of a ${what} by a process that was killed right after 'done'`, async () => {
        const [one, other] = workers as [Worker, Worker];
        await one.call({ do: 'set', key: 'a', value: 'old', tags: ['t'] });
        expect(await other.call({ do: 'get', key: 'a' })).to.equal('old');

        await one.lastCall(call);

        await until('the message is heard', async () => (await other.call({ do: 'peek', key: 'a' })) === undefined);
        expect(await other.call({ do: 'get', key: 'a' })).to.equal(what === 'set' ? 'new' : undefined);
      });
    }

    for (const [what, call] of made) {
      it(`store nothing that was loaded before a ${what}, also by a process that was stopped in the middle of its load`, async () => {
        const [one, other] = workers as [Worker, Worker];
        await one.call({ do: 'set', key: 'warm', value: 1, tags: ['t'] });
        const loads = [await other.beginLoad('a', 'old', ['t'])];
        other.kill('SIGSTOP');
        expect(await one.call(call)).to.equal('done');
        other.kill('SIGCONT');
        await other.call({ do: 'end load' });

        expect(await loads[0]!.value).to.equal('old');
        await other.call({ do: 'set', key: 'after', value: 2 });
        await until('it keeps nothing in L1', async () => (await other.call({ do: 'peek', key: 'a' })) !== 'old');
        const now = what === 'set' ? 'new' : undefined;
        for (const worker of [one, other]) {
          expect([await worker.call({ do: 'get', key: 'a' }), await worker.call({ do: 'get', key: 'after' })]).to.deep.equal([now, 2]);
        }
      });
    }

    itOnLeases('store nothing of a load that was stopped in the middle, while another process has stored its value', async () => {
      const [one, other] = workers as [Worker, Worker];
      const load = await other.beginLoad('a', 'old');
      other.kill('SIGSTOP');
      // The lease of the stopped process ends, and the waiting one loads.
      expect(await one.call({ do: 'wait', key: 'a', value: 'new' })).to.equal('new');
      other.kill('SIGCONT');
      await other.call({ do: 'end load' });

      expect(await load.value).to.equal('old');
      await until('it has given its value up', async () => (await other.call({ do: 'get', key: 'a' })) === 'new');
      expect(await one.call({ do: 'get', key: 'a' })).to.equal('new');
    });

    itOnLeases('wait for a process that is killed in the middle of its load no longer than its lease lives', async () => {
      const [one, other] = workers as [Worker, Worker];
      await other.beginLoad('a', 'never');
      const value = one.call({ do: 'wait', key: 'a', value: 'loaded' });
      other.kill('SIGKILL');

      expect(await value).to.equal('loaded');
      const third = await Worker.start(name, server.url);
      workers.push(third);
      await until('L2 has it', async () => (await third.call({ do: 'get', key: 'a' })) === 'loaded');
    });

    itOnce('load each of 200 cold keys once, all eight of them', async () => {
      workers.push(...(await Promise.all(Array.from({ length: 6 }, () => Worker.start(name, server.url)))));

      const loads = await Promise.all(workers.map((worker) => worker.call({ do: 'load many', count: 200, loadMs: 200 })));
      expect((loads as number[]).reduce((sum, count) => sum + count, 0)).to.equal(200);
    });

    it('read what is set after a clear by a process that had heard nothing of it', async () => {
      const [one, other] = workers as [Worker, Worker];
      await other.call({ do: 'set', key: 'first', value: 1 });
      for (let round = 0; round < 10; round++) {
        expect(await one.call({ do: 'clear' })).to.equal('done');
        expect(await one.call({ do: 'delByTag', tags: ['t'] })).to.equal('done');
        await other.call({ do: 'set', key: 'a', value: round, tags: ['t'] });
        expect(await one.call({ do: 'get', key: 'a' })).to.equal(round);
      }
    });

    it('only miss when the clock and the tags are lost, and agree again at once', async () => {
      const [one, other] = workers as [Worker, Worker];
      for (const [key, lost] of Object.entries({ a: '*v1~*', b: '*v1~*state', c: '*v1~*tag*' })) {
        await one.call({ do: 'set', key, value: 'old', tags: ['t'] });
        const keys = (await server.cli('KEYS', lost)).split('\n').filter((key) => key !== '');
        expect(keys).to.not.have.length(0);
        await server.cli('DEL', ...keys);
        await one.call({ do: 'delByTag', tags: ['t'] });
        expect(await other.call({ do: 'get', key }), lost).to.equal(undefined);
        await other.call({ do: 'set', key, value: 'new', tags: ['t'] });
        expect(await one.call({ do: 'get', key }), lost).to.equal('new');
      }
    });
  });
}
