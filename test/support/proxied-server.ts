import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type Cluster } from 'ioredis';
import type { StoreDriver } from '../../src/ports/driver';
import type { HealthProbe } from '../../src/ports/health-probe';
import { storeContract, type StoreHarness } from '../../src/testing';
import { FaultProxy } from './fault-proxy';
import { until } from '../adapters/redis/until';
import type { ServerKind } from './server-binaries';
import { TestServer } from './servers';

interface ProxiedServer {
  readonly server: TestServer;
  readonly proxy: FaultProxy;
  /** For contract suites: the server is out of reach, and comes back. */
  readonly outage: {
    readonly elapse: (ms: number) => Promise<void>;
    readonly goAway: () => Promise<void>;
    readonly comeBack: () => Promise<void>;
  };
}

/** For one `describe`: a server, and a proxy in front of it, which is without faults at the beginning of each test. */
export function proxiedServer(kind: ServerKind, options?: Parameters<typeof TestServer.start>[1]): ProxiedServer {
  let server: TestServer;
  let proxy: FaultProxy;

  before(async () => {
    server = await TestServer.start(kind, options);
    proxy = await FaultProxy.start(server.port);
  });

  afterEach(() => proxy.set({ mode: 'pass', requestLatency: 0, replyLatency: 0, cutAfterReplyBytes: Infinity }));

  after(async () => {
    await proxy.stop();
    await server.stop();
  });

  return {
    get server() {
      return server;
    },
    get proxy() {
      return proxy;
    },
    outage: {
      elapse: (ms) => sleep(ms),
      goAway: () => proxy.set({ mode: 'refuse' }),
      comeBack: () => proxy.set({ mode: 'pass' }),
    },
  };
}

interface ConnectedDriver<D> extends ProxiedServer {
  /** That of the present test, which may have none. It is closed at the end of the test. */
  driver: D | undefined;
  health(): string | undefined;
  untilHealth(expected: string): Promise<void>;
}

/** For one `describe`: a {@link proxiedServer}, and the driver of each test. */
export function connectedDriver<D extends { readonly probe: HealthProbe; close(): Promise<void> }>(kind: ServerKind): ConnectedDriver<D> {
  let driver: D | undefined;

  afterEach(async () => {
    await driver?.close();
    driver = undefined;
  });

  const at = proxiedServer(kind);
  const health = (): string | undefined => driver?.probe.health;
  return {
    get server() {
      return at.server;
    },
    get proxy() {
      return at.proxy;
    },
    outage: at.outage,
    get driver() {
      return driver;
    },
    set driver(made) {
      driver = made;
    },
    health,
    untilHealth: (expected) => until(`the driver is ${expected}`, () => health() === expected),
  };
}

/** For the Store contract: a server as other programs use it. */
export function plainKeys(client: Redis | Cluster): StoreHarness['foreign'] {
  return {
    set: async (key, payload) => {
      await client.set(key, payload);
    },
    get: async (key) => (await client.get(key)) ?? undefined,
  };
}

/** For one `describe`: the Store contract on a server. */
export function storeContractOn(kind: ServerKind, makeDriver: (url: string) => StoreDriver): void {
  const at = proxiedServer(kind);

  storeContract('its store', async () => {
    const driver = makeDriver(at.proxy.url);
    const others = new Redis(at.server.url);
    await driver.open();
    return {
      store: driver.store,
      ...at.outage,
      foreign: plainKeys(others),
      close: async () => {
        await driver.close();
        others.disconnect();
      },
    };
  });
}
