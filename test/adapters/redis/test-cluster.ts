import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { StoreDriver } from '../../../src/ports/driver';
import type { BusHarness, DriverHarness } from '../../../src/testing';
import { FaultProxy } from '../../support/fault-proxy';
import { serverBinaries, type ServerKind } from '../../support/server-binaries';
import { TestServer } from '../../support/servers';
import { until } from './until';

const run = promisify(execFile);
const nodeCount = 3;
const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];

/** Three masters, and replicas that a test adds, each with its own proxy. */
export class TestCluster {
  private constructor(
    readonly servers: TestServer[],
    readonly proxies: FaultProxy[],
  ) {}

  static async start(kind: ServerKind): Promise<TestCluster> {
    const servers = await Promise.all(Array.from({ length: nodeCount }, () => TestServer.start(kind, { args })));
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    await run(serverBinaries(kind).cli, ['--cluster', 'create', ...addresses, '--cluster-yes']);
    const proxies = await Promise.all(servers.map(({ port }) => FaultProxy.start(port)));
    const cluster = new TestCluster(servers, proxies);
    await until('the cluster is whole', () => cluster.#isWhole());
    return cluster;
  }

  /** The options of an application with a cluster behind a NAT. */
  get target(): { cluster: { host: string; port: number }[]; options: { natMap: Record<string, { host: string; port: number }> } } {
    const proxied = this.proxies.map(({ port }) => ({ host: '127.0.0.1', port }));
    const natMap = Object.fromEntries(this.servers.map(({ port }, i) => [`127.0.0.1:${port}`, proxied[i] ?? { host: '', port: 0 }]));
    return { cluster: proxied, options: { natMap } };
  }

  async goAway(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.set({ mode: 'refuse' })));
  }

  async comeBack(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.set({ mode: 'pass' })));
  }

  /** Stops all servers without a broken connection. */
  freeze(): void {
    for (const server of this.servers) server.freeze();
  }

  /** Resolves when the servers know each other again. */
  async thaw(): Promise<void> {
    for (const server of this.servers) server.thaw();
    await until('the cluster is whole', () => this.#isWhole());
  }

  /**
   * Opens drivers for the bus contract.
   * @param make - makes one on the true clock: a hasty one drops a connection that is busy with a text of 10 MB, and the message after it is lost with a gap
   */
  async busHarness(make: () => StoreDriver): Promise<BusHarness> {
    const drivers = [make(), make(), make()] as const;
    const stranger = new Redis(this.servers[0]!.url);
    await Promise.all(drivers.map((driver) => driver.open()));
    return {
      buses: [drivers[0].bus!, drivers[1].bus!, drivers[2].bus!],
      elapse: (ms) => sleep(ms),
      goAway: () => this.goAway(),
      comeBack: () => this.comeBack(),
      makeNoise: async (text) => {
        await stranger.publish('news', text);
      },
      close: async () => {
        await Promise.all(drivers.map((driver) => driver.close()));
        stranger.disconnect();
      },
    };
  }

  /** For the driver contract: what a test does to the servers. */
  get control(): Pick<DriverHarness, 'elapse' | 'connection' | 'outage' | 'freezing' | 'keys'> {
    return {
      elapse: (ms) => sleep(ms),
      connection: true,
      outage: { goAway: () => this.goAway(), comeBack: () => this.comeBack() },
      freezing: {
        freeze: () => {
          this.freeze();
        },
        thaw: () => this.thaw(),
      },
      keys: () => this.keys(),
    };
  }

  /** The keys of all servers. */
  async keys(): Promise<string[]> {
    const printed = await Promise.all(this.servers.map((server) => server.cli('KEYS', '*')));
    return printed.flatMap((lines) => lines.split('\n')).filter((line) => line !== '');
  }

  async clear(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.cli('FLUSHALL')));
  }

  /** The master that serves a key. */
  async masterOf(key: string): Promise<TestServer> {
    return this.servers[await this.#ownerOf(await this.#first.cli('CLUSTER', 'KEYSLOT', key))] ?? this.#first;
  }

  /** Adds a replica. Resolves when it has the data of the master. */
  async addReplicaOf(master: TestServer): Promise<TestServer> {
    const replica = await TestServer.start(master.kind, { args });
    this.servers.push(replica);
    this.proxies.push(await FaultProxy.start(replica.port));
    const id = await master.cli('CLUSTER', 'MYID');
    await replica.cli('CLUSTER', 'MEET', '127.0.0.1', String(master.port));
    await until('the replica knows its master', async () => (await replica.cli('CLUSTER', 'NODES')).includes(id));
    await replica.cli('CLUSTER', 'REPLICATE', id);
    await until('it has the data', async () => (await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
    await until('the cluster is whole', () => this.#isWhole());
    return replica;
  }

  /** Moves the slot of a key, with the key, to another master, as resharding does. The slot belongs to the new master once `whileMoving` has ended. */
  async moveSlotOf(key: string, whileMoving: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const slot = await this.#first.cli('CLUSTER', 'KEYSLOT', key);
    const ids = await Promise.all(this.servers.map((server) => server.cli('CLUSTER', 'MYID')));
    const owner = await this.#ownerOf(slot);
    const source = this.servers[owner] ?? this.#first;
    const next = (owner + 1) % this.servers.length;
    const target = this.servers[next] ?? this.#first;
    await target.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(ids[owner]));
    await source.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(ids[next]));
    await source.cli('MIGRATE', '127.0.0.1', String(target.port), key, '0', '5000');
    try {
      await whileMoving();
    } finally {
      for (const server of [target, source]) await server.cli('CLUSTER', 'SETSLOT', slot, 'NODE', String(ids[next]));
    }
  }

  get #first(): TestServer {
    const [first] = this.servers;
    if (first === undefined) throw new Error('a cluster has servers');
    return first;
  }

  /** The index of the master that serves a slot. */
  async #ownerOf(slot: string): Promise<number> {
    const counts = await Promise.all(this.servers.map((server) => server.cli('CLUSTER', 'NODES')));
    return counts.findIndex((nodes) => {
      const own = nodes.split('\n').find((line) => line.includes('myself')) ?? '';
      return own
        .split(' ')
        .slice(8)
        .some((range) => {
          const [from, to = from] = range.split('-').map(Number);
          return from !== undefined && to !== undefined && from <= Number(slot) && Number(slot) <= to;
        });
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.proxies, ...this.servers].map((one) => one.stop()));
  }

  async #isWhole(): Promise<boolean> {
    const infos = await Promise.all(this.servers.map((server) => server.cli('CLUSTER', 'INFO')));
    return infos.every((info) => info.includes('cluster_state:ok'));
  }
}
