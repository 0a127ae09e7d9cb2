import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { Platform, Variant } from './variants';

export interface Burst {
  readonly perSecond: number;
  /** Of the server's process alone. */
  readonly cpuMicroseconds: number;
}

/** An application in a separate process, so that the load generator's work is not counted as the server's. */
export class Served {
  private constructor(
    readonly variant: Variant,
    readonly url: string,
    readonly process: ChildProcess,
  ) {}

  static async start(platform: Platform, variant: Variant): Promise<Served> {
    const child = fork(join(__dirname, 'application.ts'), [platform, variant], { execArgv: ['--require', 'ts-node/register'] });
    const [url] = (await once(child, 'message')) as [string];
    return new Served(variant, `${url}/city`, child);
  }

  async burst(seconds: number): Promise<Burst> {
    const before = await this.#cpuMicroseconds();
    const { requests, errors, non2xx } = await autocannon({ url: this.url, connections: 32, duration: seconds });
    const used = (await this.#cpuMicroseconds()) - before;
    if (errors + non2xx > 0) throw new Error(`${this.variant}: ${errors} errors, ${non2xx} answers that were none`);
    return { perSecond: requests.average, cpuMicroseconds: used / requests.total };
  }

  stop(): void {
    this.process.disconnect();
  }

  async #cpuMicroseconds(): Promise<number> {
    this.process.send('cpu');
    const [{ user, system }] = (await once(this.process, 'message')) as [NodeJS.CpuUsage];
    return user + system;
  }
}
