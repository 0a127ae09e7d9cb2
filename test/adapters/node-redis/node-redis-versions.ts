import * as nodeRedis5 from 'redis-5';
import * as nodeRedis6 from 'redis';
import type { NodeRedisClient } from '../../../src/adapters/node-redis';
import type { NodeRedisModule } from '../../../src/adapters/node-redis/node-redis';

interface NodeRedisVersion {
  readonly version: string;
  readonly nodeRedis: NodeRedisModule;
  /** As a user calls it. */
  readonly createClient: (url: string) => NodeRedisClient & NodeJS.EventEmitter;
}

/** The supported majors. */
export const nodeRedisVersions: readonly NodeRedisVersion[] = [
  { version: 'node-redis 5', nodeRedis: nodeRedis5, createClient: (url) => nodeRedis5.createClient({ url }) },
  { version: 'node-redis 6', nodeRedis: nodeRedis6, createClient: (url) => nodeRedis6.createClient({ url }) },
];
