export { Keyv, KeyvBridgeAdapter, KeyvMemoryAdapter } from 'keyv';
export { default as KeyvPostgres } from '@keyv/postgres';
export { default as KeyvRedis } from '@keyv/redis';
