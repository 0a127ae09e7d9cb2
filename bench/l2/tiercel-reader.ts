import { createCache, type CreateCacheOptions, type StoreDriver } from 'tiercel';
import type { Document } from '../harness/documents';
import { keys } from '../harness/users';
import type { RemoteReader } from './remote-reader';

/** L1 keeps every entry and trusts none for longer than this, in milliseconds: L2 is asked each time. */
const trustedMs = 1;

/** Half of the keys. They come round in order, so an L1 that forgets the oldest never has the one that is asked for. */
export const tooSmall = keys.length / 2;

export function tiercelReader(name: string, secondary: StoreDriver, options: CreateCacheOptions = {}): Promise<RemoteReader> {
  return readerOf(name, { secondary, namespace: 'trusts-nothing', ttl: { primary: trustedMs, secondary: '5m' }, ...options });
}

export function fullTiercelReader(name: string, secondary: StoreDriver): Promise<RemoteReader> {
  return readerOf(name, { secondary, namespace: 'full', primary: { lruSize: tooSmall } });
}

async function readerOf(name: string, options: CreateCacheOptions): Promise<RemoteReader> {
  const cache = createCache({ ...options, startup: 'require' });
  await cache.start();
  return {
    name,
    write: (key, document) => cache.set(key, document),
    read: (key) => cache.get<Document>(key),
  };
}
