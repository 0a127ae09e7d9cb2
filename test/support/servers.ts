import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { serverBinaries, type ServerKind } from './server-binaries';
import { sendToServer } from './server-command';

export interface TestServerOptions {
  /** Further arguments of the server, as on its command line: `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[];
  /** The text of a configuration file, which a sentinel needs. */
  readonly config?: string;
}

/** A port that was free a moment ago may be taken by now, and the second port of a cluster node is not checked. */
const startAttempts = 10;
const isPortTaken = (error: unknown): boolean => error instanceof Error && error.message.includes('Address already in use');

/** A real redis-server or valkey-server: on a free port, in a temporary folder, gone after `stop()`. */
export class TestServer {
  /** Started and not yet stopped. The root hooks check that every test stops its own. */
  static readonly running = new Set<TestServer>();

  readonly #options: TestServerOptions;
  #process: ChildProcess | undefined;

  private constructor(
    readonly kind: ServerKind,
    readonly port: number,
    readonly folder: string,
    readonly startedBy: string,
    options: TestServerOptions,
  ) {
    this.#options = options;
  }

  /** Resolves once the server accepts commands. */
  static async start(kind: ServerKind, options: TestServerOptions = {}): Promise<TestServer> {
    const startedBy = new Error().stack?.split('\n')[2]?.trim() ?? 'somewhere';
    for (let attempt = 1; ; attempt++) {
      const folder = await mkdtemp(join(tmpdir(), `tiercel-${kind}-`));
      const server = new TestServer(kind, await freePort(), folder, startedBy, options);
      TestServer.running.add(server);
      try {
        await server.#launch();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === startAttempts || !isPortTaken(error)) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** SIGKILL: connections break, data is lost. */
  async kill(): Promise<void> {
    const killed = this.#process;
    this.#process = undefined;
    if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return;
    killed.kill('SIGKILL');
    await once(killed, 'exit');
  }

  /** SIGSTOP: connections stay open and new ones are accepted by the kernel, but nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** SIGCONT: everything that was sent in the meantime is answered now. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Starts the server again on the same port, after killing it if it still runs: empty, unless `keepData`. */
  async restart(options: { readonly keepData?: boolean } = {}): Promise<void> {
    if (options.keepData) await this.cli('SAVE');
    else await rm(join(this.folder, 'dump.rdb'), { force: true });
    await this.kill();
    await this.#launch();
  }

  /** Returns what `redis-cli` prints for the command, which may begin with its options `-n` (a database) and `-a` (a password). Rejects with an error reply. */
  async cli(...command: readonly string[]): Promise<string> {
    const [option = '', given = '', ...rest] = command;
    const before = Object.entries({ '-n': 'SELECT', '-a': 'AUTH' }).find(([name]) => name === option)?.[1];
    const reply = await sendToServer(this.port, before === undefined ? [command] : [[before, given], rest]);
    return reply.trimEnd();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
    TestServer.running.delete(this);
  }

  async #launch(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--appendonly', 'no'];
    const { args = [], config } = this.#options;
    const file = join(this.folder, 'server.conf');
    if (config !== undefined) await writeFile(file, config);
    const command = [...(config === undefined ? [] : [file]), ...settings, ...args];
    this.#process = spawn(serverBinaries(this.kind).server, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    await untilReady(this.#process);
  }
}

/** The server says so itself, after it has bound its port and loaded its data; a sentinel, that it monitors a master. */
function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-2000);
      if (/Ready to accept connections|\+monitor master/.test(output)) resolve();
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('close', () => {
      reject(new Error(`${server.spawnfile} ended before it was ready:\n${output}`));
    });
  });
}

/** Also for a test run that is cut short. */
process.on('exit', () => {
  for (const server of TestServer.running) {
    void server.kill();
    rmSync(server.folder, { recursive: true, force: true });
  }
});
