import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingsVariable, type InstanceSettings } from './app/settings';
import { factsHeader, type InstanceFacts } from './instance-facts';
import type { Vitals } from './vitals';

/** Longer than all deadlines of the cache together, in milliseconds: a request that takes longer hangs. */
const longestMs = 10_000;
const endsWithinMs = 10_000;

export interface Answer {
  readonly text: string;
  readonly facts: InstanceFacts;
}

/** One Nest application in a separate process. */
export class Instance {
  /** Its stderr, and its exit code after a failure: Node writes warnings and unhandled rejections there. */
  readonly stderrLines: string[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  #url = '';
  #isStopping = false;

  private constructor(settings: InstanceSettings) {
    const options = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];
    this.#process = spawn(process.execPath, [...options, '--require', 'ts-node/register', require.resolve('./app/main')], {
      env: { ...process.env, [settingsVariable]: JSON.stringify(settings) },
    });
    this.#exited = once(this.#process, 'exit');
    createInterface(this.#process.stderr).on('line', (line) => this.stderrLines.push(line));
    this.#process.once('exit', (code, signal) => {
      if (!this.#isStopping || code !== 0) this.stderrLines.push(`it ended with ${signal ?? String(code)}`);
    });
  }

  static async start(settings: InstanceSettings): Promise<Instance> {
    const instance = new Instance(settings);
    const output = createInterface(instance.#process.stdout);
    await Promise.race([once(output, 'line').then(([port]) => (instance.#url = `http://127.0.0.1:${String(port)}`)), instance.#exited]);
    if (instance.#url === '') throw new Error(`an instance ended before it listened:\n${instance.stderrLines.join('\n')}`);
    return instance;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Rejects when the answer is late, or none that an application may give. */
  async ask(method: 'GET' | 'PUT' | 'DELETE', path: string): Promise<Answer> {
    const response = await fetch(this.#url + path, { method, signal: AbortSignal.timeout(longestMs) });
    const text = await response.text();
    const facts = response.headers.get(factsHeader);
    if (!response.ok || facts === null) throw new Error(`${method} ${path}: status ${response.status}`);
    return { text, facts: JSON.parse(facts) as InstanceFacts };
  }

  async vitals(): Promise<Vitals> {
    return JSON.parse((await this.ask('GET', '/vitals')).text) as Vitals;
  }

  /** Stops the process in the middle of its work, until {@link thaw}. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** It closes its cache and has then to end by itself. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#process.stdin.end();
    const deadline = new AbortController();
    const late = sleep(endsWithinMs, undefined, { signal: deadline.signal }).then(
      () => this.#process.kill('SIGKILL'),
      () => undefined,
    );
    await this.#exited;
    deadline.abort();
    await late;
  }
}
