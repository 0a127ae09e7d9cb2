export { redis } from './redis';
export type { RedisClient, RedisClusterClient } from './redis-client';
export type { RedisSettings } from './redis-settings';
export type { RedisClusterTarget, RedisServerOptions, RedisTarget } from './redis-target';
