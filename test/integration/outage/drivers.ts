import KeyvRedis from '@keyv/redis';
import { keyv } from '../../../src/adapters/keyv';
import { valkey } from '../../../src/adapters/keyv/valkey';
import { nodeRedis } from '../../../src/adapters/node-redis';
import { redis } from '../../../src/adapters/redis';
import type { StoreDriver } from '../../../src/ports/driver';
import type { ServerKind } from '../../support/server-binaries';

export interface DriverUnderTest {
  readonly name: string;
  readonly server: ServerKind;
  readonly make: (url: string) => StoreDriver;
  /** Connects again when the server has become a replica: after a failover, the new connection leads to the new master. */
  readonly leavesReplicas: boolean;
}

/** As an application writes them: nothing is tuned for the test. */
export const drivers: readonly DriverUnderTest[] = [
  { name: 'redis', server: 'redis', make: (url) => redis(url), leavesReplicas: true },
  { name: 'nodeRedis', server: 'valkey', make: (url) => nodeRedis(url), leavesReplicas: false },
  { name: 'valkey', server: 'valkey', make: (url) => valkey(url), leavesReplicas: true },
  { name: 'keyv(KeyvRedis)', server: 'redis', make: (url) => keyv(new KeyvRedis(url)), leavesReplicas: false },
];
