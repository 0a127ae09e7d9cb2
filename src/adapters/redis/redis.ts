import type { StoreDriver } from '../../ports/driver';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { createFailFastClient, type IoredisModule } from './fail-fast-client';
import { RedisDriver } from './redis-driver';
import { checkRedisSettings, type RedisSettings } from './redis-settings';
import { checkTarget, isClient, type RedisTarget } from './redis-target';

/**
 * L2 on Redis or Valkey through ioredis (5.4.1 and later, or 6): one server, sentinels, or a cluster.
 *
 * Connections that it opens fail fast: no command is queued, resent or retried. All other options of ioredis are accepted. `socketTimeout` (1.5 s)
 * drops a connection that does not answer; keep it above `deadlines.write`.
 *
 * Your own client is used unchanged, connected if it is not yet, and never closed. While it is not ready, no command is given to it, so its offline
 * queue stays empty. With `autoResendUnfulfilledCommands`, the default of ioredis, such a client sends a write twice if the connection breaks while
 * the write is in flight. Commands that you give it after a write of the cache, in the same turn of the event loop, leave when the turn ends. With
 * `scaleReads` of a cluster, a replica may return a deleted value.
 *
 * Over pub/sub, processes notify each other of keys to drop from L1 (`bus`, `channel`). The driver opens a second connection to listen, with
 * `duplicate()` for your own client, and closes it with the cache.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` when ioredis is not installed
 */
export function redis(target: RedisTarget, settings: RedisSettings = {}): StoreDriver {
  checkTarget(target);
  const clock = new SystemClock();
  const parts = { ...checkRedisSettings(settings), clock };
  return isClient(target)
    ? new RedisDriver({ ...parts, client: target, owner: 'user' })
    : new RedisDriver({ ...parts, client: createFailFastClient(loadIoredis(), target, clock), owner: 'driver' });
}

function loadIoredis(): IoredisModule {
  return requirePeer('ioredis', 'redis()', () => require('ioredis') as IoredisModule);
}
