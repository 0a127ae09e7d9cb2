import KeyvRedis, { Keyv } from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { createCache as createCacheManager } from 'cache-manager';
import { Cacheable, KeyvCacheableMemory } from 'cacheable';
import type { Document } from '../harness/documents';
import { ttlMs } from '../harness/users';
import type { RemoteReader } from './remote-reader';
import { tooSmall } from './tiercel-reader';

/** Of two tiers where there must be two; the others read nothing but L2, and so have less to do than ours. */
export function libraries({ url, port }: { readonly url: string; readonly port: number }): RemoteReader[] {
  return [keyvAlone(url), cacheManager(url), cacheable(url), bentocache(port)];
}

export function keyvAlone(url: string): RemoteReader {
  const keyv = new Keyv({ store: new KeyvRedis(url), namespace: 'keyv', ttl: ttlMs });
  return {
    name: 'Keyv + @keyv/redis',
    write: (key, document) => keyv.set(key, document),
    read: (key) => keyv.get<Document>(key),
  };
}

function cacheManager(url: string): RemoteReader {
  const cache = createCacheManager({ stores: [new Keyv({ store: new KeyvRedis(url), namespace: 'cache-manager' })], ttl: ttlMs });
  return {
    name: 'cache-manager',
    write: (key, document) => cache.set(key, document),
    read: (key) => cache.get<Document>(key),
  };
}

function cacheable(url: string): RemoteReader {
  const primary = new Keyv({ store: new KeyvCacheableMemory({ lruSize: tooSmall }) });
  const cache = new Cacheable({ primary, secondary: new KeyvRedis(url), namespace: 'cacheable', ttl: ttlMs });
  return {
    name: 'Cacheable',
    write: (key, document) => cache.set(key, document),
    read: (key) => cache.get<Document>(key),
  };
}

function bentocache(port: number): RemoteReader {
  const redis = bentostore().useL2Layer(redisDriver({ connection: { host: '127.0.0.1', port } }));
  const cache = new BentoCache({ default: 'redis', stores: { redis }, ttl: ttlMs });
  return {
    name: 'bentocache',
    write: (key, value) => cache.set({ key, value }),
    read: (key) => cache.get<Document>({ key }),
  };
}
