import type { StoreDriver } from '../../ports/driver';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { ownClient, type IoredisModule } from './own-client';
import { RedisDriver } from './redis-driver';
import { checkRedisSettings, type RedisSettings } from './redis-settings';
import { checkTarget, isClient, type RedisTarget } from './redis-target';

/**
 * Layer 2 on Redis or Valkey through ioredis (5.4 and later, or 6): one server, sentinels, or a cluster.
 *
 * Connections that it opens itself fail fast: nothing is queued, sent again or retried. ioredis' other options are yours;
 * `socketTimeout` (1.5 s, after which a connection that does not answer is dropped) should stay above `deadlines.write`.
 *
 * A client of yours is used as it is, connected if it is still waiting to be, and never closed. While it is not ready it is not called,
 * so its offline queue stays empty; but with `autoResendUnfulfilledCommands`, which is ioredis' default, it sends a write that was
 * under way when the connection broke a second time, and a cluster's `scaleReads` reads from replicas what was just deleted.
 *
 * Processes tell each other over pub/sub what to drop from layer 1 (`bus`, `channel`). To listen, a second connection is opened beside the
 * first, with `duplicate()` also beside a client of yours, and closed with the cache.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` when ioredis is not installed
 */
export function redis(target: RedisTarget, settings: RedisSettings = {}): StoreDriver {
  checkTarget(target);
  const clock = new SystemClock();
  const parts = { ...checkRedisSettings(settings), clock };
  return isClient(target)
    ? new RedisDriver({ ...parts, client: target, owner: 'user' })
    : new RedisDriver({ ...parts, client: ownClient(loadIoredis(), target, clock), owner: 'driver' });
}

function loadIoredis(): IoredisModule {
  return requirePeer('ioredis', 'redis()', () => require('ioredis') as IoredisModule);
}
