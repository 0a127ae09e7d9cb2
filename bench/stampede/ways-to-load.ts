import KeyvRedis, { Keyv } from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { createCache as createCacheManager } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { createCache, type Cache } from 'tiercel';
import { redis } from 'tiercel/redis';
import { ttlMs, type User } from '../harness/users';
import type { WayToLoad } from './stampede';

interface Server {
  readonly url: string;
  readonly port: number;
}

export async function waysToLoad(server: Server): Promise<readonly WayToLoad[]> {
  return [mapOfPromises(), ...(await tiercel(server)), cacheable(server), cacheManager(server), bentocache(server)];
}

function mapOfPromises(): WayToLoad {
  const flights = new Map<string, Promise<User>>();
  return {
    name: 'a Map of promises',
    ask(key, load) {
      let flight = flights.get(key);
      if (flight === undefined) flights.set(key, (flight = load().finally(() => flights.delete(key))));
      return flight;
    },
  };
}

async function tiercel({ url }: Server): Promise<WayToLoad[]> {
  const local = createCache();
  const remote = createCache({ secondary: redis(url), startup: 'require' });
  await remote.start();
  return [
    wrapping('tiercel wrap, L1 alone', local),
    wrapping('tiercel wrap, redis()', remote),
    { name: 'tiercel wrap, redis(), { ttl }', ask: (key, load) => remote.wrap(`ttl:${key}`, load, { ttl: ttlMs }) },
  ];
}

function wrapping(name: string, cache: Cache): WayToLoad {
  return { name, ask: (key, load) => cache.wrap(key, load) };
}

function cacheable({ url }: Server): WayToLoad {
  const cache = new Cacheable({ secondary: new KeyvRedis(url), namespace: 'cacheable', ttl: ttlMs });
  return { name: 'Cacheable getOrSet', ask: (key, load) => cache.getOrSet(key, load) };
}

function cacheManager({ url }: Server): WayToLoad {
  const stores = [new Keyv(), new Keyv({ store: new KeyvRedis(url), namespace: 'cache-manager' })];
  const cache = createCacheManager({ stores, ttl: ttlMs });
  return { name: 'cache-manager wrap', ask: (key, load) => cache.wrap(key, load) };
}

function bentocache({ port }: Server): WayToLoad {
  const tiers = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000, serialize: false }))
    .useL2Layer(redisDriver({ connection: { host: '127.0.0.1', port } }));
  const cache = new BentoCache({ default: 'tiers', stores: { tiers }, ttl: ttlMs });
  return { name: 'bentocache getOrSet', ask: (key, factory) => cache.getOrSet({ key, factory }) };
}
