import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { StoreDriver } from '../../src/ports/driver';
import { storeContract } from '../../src/testing';
import { FaultProxy } from './fault-proxy';
import type { ServerKind } from './server-binaries';
import { TestServer } from './servers';

interface ProxiedServer {
  readonly server: TestServer;
  readonly proxy: FaultProxy;
}

/** For one `describe`: a server, and a proxy in front of it, which is without faults at the beginning of each test. */
export function proxiedServer(kind: ServerKind): ProxiedServer {
  let server: TestServer;
  let proxy: FaultProxy;

  before(async () => {
    server = await TestServer.start(kind);
    proxy = await FaultProxy.start(server.port);
  });

  afterEach(() => proxy.set({ mode: 'pass' }));

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
      elapse: (ms) => sleep(ms),
      goAway: () => at.proxy.set({ mode: 'refuse' }),
      comeBack: () => at.proxy.set({ mode: 'pass' }),
      foreign: {
        set: async (key, payload) => {
          await others.set(key, payload);
        },
        get: async (key) => (await others.get(key)) ?? undefined,
      },
      close: async () => {
        await driver.close();
        others.disconnect();
      },
    };
  });
}
