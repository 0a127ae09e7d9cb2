export { nodeRedis } from './node-redis';
export type { NodeRedisClient, NodeRedisConnectable } from './node-redis-client';
export type { NodeRedisCluster } from './node-redis-cluster';
export type { NodeRedisSettings } from './node-redis';
export type { NodeRedisTarget } from './node-redis-target';
