import type { StoreDriver } from '../../ports/driver';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { createFailFastClient, type IoredisModule } from './fail-fast-client';
import { RedisDriver } from './redis-driver';
import { checkRedisSettings, type RedisSettings } from './redis-settings';
import { checkTarget, isClient, type RedisTarget } from './redis-target';

/**
 * L2 on Redis or Valkey through ioredis (5.4 and later, or 6): one server, sentinels, or a cluster.
 *
 * Connections that it opens fail fast: no command is queued, resent or retried. ioredis' other options are yours;
 * `socketTimeout` (1.5 s, after which a connection that does not answer is dropped) should stay above `deadlines.write`.
 *
 * A client of yours is used as it is, connected if it is not yet, and never closed. While it is not ready it is not called,
 * so its offline queue stays empty; but with `autoResendUnfulfilledCommands`, which is ioredis' default, a write that
 * was in flight when the connection broke is sent a second time, and with a cluster's `scaleReads` a replica may return a deleted value.
 *
 * Over pub/sub, processes notify each other of changed keys, which each drops from its L1 (`bus`, `channel`). To listen, the driver opens
 * a second connection and closes it with the cache; for a client of yours it is made by `duplicate()`.
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
