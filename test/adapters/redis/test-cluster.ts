import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FaultProxy } from '../../support/fault-proxy';
import { serverBinaries, type ServerKind } from '../../support/server-binaries';
import { TestServer } from '../../support/servers';
import { until } from './until';

const run = promisify(execFile);
const nodeCount = 3;

/** Three masters, each behind a proxy of its own. */
export class TestCluster {
  private constructor(
    readonly servers: readonly TestServer[],
    readonly proxies: readonly FaultProxy[],
  ) {}

  static async start(kind: ServerKind): Promise<TestCluster> {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
    const servers = await Promise.all(Array.from({ length: nodeCount }, () => TestServer.start(kind, { args })));
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    await run(serverBinaries(kind).cli, ['--cluster', 'create', ...addresses, '--cluster-yes']);
    const proxies = await Promise.all(servers.map(({ port }) => FaultProxy.start(port)));
    const cluster = new TestCluster(servers, proxies);
    await until('the cluster is whole', () => cluster.#isWhole());
    return cluster;
  }

  /** As an application would write it whose cluster is behind a NAT. */
  get target(): { cluster: { host: string; port: number }[]; options: { natMap: Record<string, { host: string; port: number }> } } {
    const behind = this.proxies.map(({ port }) => ({ host: '127.0.0.1', port }));
    const natMap = Object.fromEntries(this.servers.map(({ port }, i) => [`127.0.0.1:${port}`, behind[i] ?? { host: '', port: 0 }]));
    return { cluster: behind, options: { natMap } };
  }

  async goAway(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.set({ mode: 'refuse' })));
  }

  async comeBack(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.set({ mode: 'pass' })));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.proxies, ...this.servers].map((one) => one.stop()));
  }

  async #isWhole(): Promise<boolean> {
    const infos = await Promise.all(this.servers.map((server) => server.cli('CLUSTER', 'INFO')));
    return infos.every((info) => info.includes('cluster_state:ok'));
  }
}
