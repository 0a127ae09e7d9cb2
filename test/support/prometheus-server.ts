import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { serverBinaries } from './server-binaries';

export interface PrometheusServerOptions {
  /** The scraped address, at /metrics: `127.0.0.1:9464`. */
  readonly targets: readonly string[];
  /** The text of a rules file. */
  readonly rules: string;
}

/** One series, and its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

interface Answer<T> {
  readonly status: 'success' | 'error';
  readonly data: T;
  readonly error?: string;
}

/** Scrapes and evaluations alike. */
const interval = '200ms';

/** A real Prometheus: on a free port, in a temporary folder, gone after `stop()`. Its first scrape comes some 5 seconds after its start. */
export class PrometheusServer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;
  readonly #removeAtExit = (): void => {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  private constructor(server: ChildProcess, folder: string, address: string) {
    this.#process = server;
    this.#folder = folder;
    this.#url = `http://${address}`;
    process.on('exit', this.#removeAtExit);
  }

  /** Resolves once it answers queries. */
  static async start({ targets, rules }: PrometheusServerOptions): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tiercel-prometheus-'));
    const config = {
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'app', static_configs: [{ targets }] }],
    };
    await writeFile(join(folder, 'rules.yml'), rules);
    await writeFile(join(folder, 'prometheus.yml'), stringify(config));
    const settings = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, '--web.listen-address=127.0.0.1:0'];
    const server = spawn(serverBinaries('prometheus').server, settings, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      return new PrometheusServer(server, folder, await addressOf(server));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Rejects when the expression does not parse.
   * @param expression - whose value is a vector
   */
  async query(expression: string): Promise<readonly Sample[]> {
    const { result } = await this.#ask<{
      result: readonly { metric: Sample['labels']; value: readonly [number, string] }[];
    }>(`query?${new URLSearchParams({ query: expression }).toString()}`);
    return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text.replace('Inf', 'Infinity')) }));
  }

  /** Those that are pending or firing. */
  async alerts(): Promise<readonly Alert[]> {
    const { alerts } = await this.#ask<{ alerts: readonly Alert[] }>('alerts');
    return alerts;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#removeAtExit);
    if (this.#process.kill('SIGKILL')) await once(this.#process, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ask<T>(what: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${what}`, { signal: AbortSignal.timeout(5_000) });
    const { data, error, status } = (await response.json()) as Answer<T>;
    if (status === 'error') throw new Error(`Prometheus refused ${decodeURIComponent(what)}: ${error ?? 'without a reason'}`);
    return data;
  }
}

/** It says where it listens, and later that it is ready. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      const [, address] = /msg="Listening on" address=(\S+)/.exec(output) ?? [];
      if (address !== undefined && output.includes('Server is ready')) resolve(address);
    });
    server.once('error', reject);
    server.once('close', () => {
      reject(new Error(`${server.spawnfile} ended before it was ready:\n${output}`));
    });
  });
}
