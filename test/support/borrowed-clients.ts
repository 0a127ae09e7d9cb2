import type { StoreDriver } from '../../src/ports/driver';
import type { BorrowedClient } from '../../src/testing';
import { until } from '../adapters/redis/until';

export interface Emitter {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}
const listenersOf = (client: Emitter): number => client.eventNames().reduce((sum, event) => sum + client.listenerCount(event), 0);

/** A client of ioredis or iovalkey, when it is ready. */
export async function borrow<C extends Emitter & { status: string; disconnect(): void }>(
  client: C,
  driverOf: (client: C) => StoreDriver,
): Promise<BorrowedClient> {
  await until('it is ready', () => client.status === 'ready');
  return {
    driver: driverOf(client),
    isConnected: () => client.status === 'ready',
    listeners: () => listenersOf(client),
    close: () => client.disconnect(),
  };
}

interface NodeRedisConnectable extends Emitter {
  readonly isOpen: boolean;
  /** A cluster has no such field. */
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
}

/** A client or a cluster of node-redis, when it is connected. */
export async function borrowNodeRedis<C extends NodeRedisConnectable>(
  client: C,
  driverOf: (client: C) => StoreDriver,
): Promise<BorrowedClient> {
  await client.connect();
  return {
    driver: driverOf(client),
    isConnected: () => client.isReady ?? client.isOpen,
    listeners: () => listenersOf(client),
    close: () => client.destroy(),
  };
}
