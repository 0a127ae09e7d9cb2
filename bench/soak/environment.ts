import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '../../test/support/fault-proxy';
import { TestServer } from '../../test/support/servers';
import type { Mistake } from './app/mistakes';
import { Instance } from './instance';
import { allKeys, lruSize } from './traffic';
import { Versions } from './versions';

/** A SIGKILL loses no acknowledged command: each command is written to the file before it is answered. */
const durable = ['--appendonly', 'yes', '--appendfsync', 'no'];

/** A server, two instances, and between them a proxy for each. */
export class Environment {
  private constructor(
    readonly server: TestServer,
    readonly proxies: readonly FaultProxy[],
    readonly instances: readonly Instance[],
    readonly versions: Versions,
  ) {}

  /**
   * Nothing is left of it once `use` has ended, however it ended.
   * @param mistake - planted into the second instance
   */
  static async with<T>(use: (environment: Environment) => Promise<T>, mistake?: Mistake): Promise<T> {
    const endings: (() => unknown)[] = [];
    const ends = <R>(made: R, end: (made: R) => unknown): R => (endings.unshift(() => end(made)), made);
    try {
      const folder = ends(await mkdtemp(join(tmpdir(), 'tiercel-soak-')), (made) => rm(made, { recursive: true }));
      const file = join(folder, 'versions');
      const versions = ends(Versions.create(file, allKeys), (made) => made.close());
      const server = ends(await TestServer.start('redis', { args: durable }), (made) => made.stop());
      const proxies: FaultProxy[] = [];
      for (let i = 0; i < 2; i++) proxies.push(ends(await FaultProxy.start(server.port), (made) => made.stop()));
      const instances: Instance[] = [];
      for (const [i, { url }] of proxies.entries()) {
        const settings = { url, versions: file, lruSize, mistake: i === 1 ? mistake : undefined };
        instances.push(ends(await Instance.start(settings), (made) => made.stop()));
      }
      return await use(new Environment(server, proxies, instances, versions));
    } finally {
      await endAll(endings);
    }
  }
}

/** One after the other, and each of them, whatever becomes of the others. */
async function endAll([end, ...others]: readonly (() => unknown)[]): Promise<void> {
  try {
    await end?.();
  } finally {
    if (others.length > 0) await endAll(others);
  }
}
