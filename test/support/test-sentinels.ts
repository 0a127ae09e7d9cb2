import { until } from '../adapters/redis/until';
import type { ServerKind } from './server-binaries';
import { TestServer } from './servers';

const name = 'the-master';

/** A master with one replica, and one sentinel, which decides alone. */
export class TestSentinels {
  private constructor(
    readonly servers: readonly TestServer[],
    readonly sentinel: TestServer,
  ) {}

  static async start(kind: ServerKind): Promise<TestSentinels> {
    const master = await TestServer.start(kind);
    const replica = await TestServer.start(kind, { args: ['--replicaof', '127.0.0.1', String(master.port)] });
    const config = [
      `sentinel monitor ${name} 127.0.0.1 ${String(master.port)} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    const sentinel = await TestServer.start(kind, { args: ['--sentinel'], config: config.join('\n') });
    const started = new TestSentinels([master, replica], sentinel);
    await until('the sentinel knows the replica', async () =>
      (await sentinel.cli('SENTINEL', 'REPLICAS', name)).includes(String(replica.port)),
    );
    return started;
  }

  /** The options of ioredis. */
  get target(): { sentinels: { host: string; port: number }[]; name: string } {
    return { sentinels: [{ host: '127.0.0.1', port: this.sentinel.port }], name };
  }

  async master(): Promise<TestServer> {
    const [, port] = (await this.sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)).split('\n');
    const master = this.servers.find((server) => String(server.port) === port);
    if (master === undefined) throw new Error('the sentinel names another server');
    return master;
  }

  /** From now on the replica gets nothing of what the master applies. */
  async cutReplication(): Promise<void> {
    await cutReplicationOf(await this.master());
  }

  /** A planned failover. Resolves when the sentinel names the other server. */
  async failOver(): Promise<void> {
    const before = await this.master();
    await this.sentinel.cli('SENTINEL', 'FAILOVER', name);
    await until('another server is the master', async () => (await this.master()) !== before);
  }

  async stop(): Promise<void> {
    await Promise.all([this.sentinel, ...this.servers].map((server) => server.stop()));
  }
}

/** Replicas get what the server has applied so far, and nothing more. */
export async function cutReplicationOf(master: TestServer): Promise<void> {
  await master.cli('WAIT', '1', '5000');
  await master.cli('ACL', 'SETUSER', 'default', '-psync', '-sync');
  await master.cli('CLIENT', 'KILL', 'TYPE', 'replica');
}
