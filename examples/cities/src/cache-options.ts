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
    // The bus tells what another instance changes. A message that is lost costs 5 seconds: by then L1 asks L2 again.
    ttl: { primary: '5s', secondary: '10m' },
    // A change of a city waits for it; what L2 has not done by then stays pending.
    deadlines: { clear: '1s' },
  };
}
