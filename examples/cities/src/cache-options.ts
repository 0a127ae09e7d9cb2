import Keyv from 'keyv';
import type { CreateCacheOptions } from 'tiercel';
import { keyv } from 'tiercel/keyv';
import { redis } from 'tiercel/redis';
import { valkey } from 'tiercel/valkey';

/** @param environment - `REDIS_URL` or `VALKEY_URL` names the server that is L2; without them it is a Map in this process */
export function cacheOptions({ REDIS_URL, VALKEY_URL }: NodeJS.ProcessEnv): CreateCacheOptions {
  return {
    secondary: REDIS_URL ? redis(REDIS_URL) : VALKEY_URL ? valkey(VALKEY_URL) : keyv(new Keyv()),
    namespace: 'cities',
    // The bus reports the changes of other instances. A lost message costs 5 seconds: then L1 asks L2 again.
    ttl: { primary: '5s', secondary: '10m' },
  };
}
