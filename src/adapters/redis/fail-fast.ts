import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { Clock } from '../../ports/clock';
import { replyCode } from '../resp/error-reply';

const firstRetryMs = 50;
const longestRetryMs = 2_000;
const readonlyReconnectMs = 10_000;

/**
 * What no option may change. A client that queues, sends again or retries by itself answers long after its caller has left,
 * and applies writes that count as not taken.
 */
export const forcedOptions = {
  /** `open()` connects; before that nothing happens. */
  lazyConnect: true,
  /** Without a connection every command is rejected at once. */
  enableOfflineQueue: false,
  /** What was under way when the connection broke is not sent a second time… */
  autoResendUnfulfilledCommands: false,
  /** …but rejected at once, and not after so many attempts to connect. */
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

/**
 * The defaults of our own connections. There is no `commandTimeout`: callers bring a deadline, `socketTimeout` ends a connection that
 * answers nobody, and up to 5.x ioredis forgets the timer of a rejected command, which then keeps the process alive.
 */
export function failFastOptions(clock: Clock): RedisOptions {
  return {
    /** For a host that swallows packets. Longer than a TLS handshake around the world. */
    connectTimeout: 2_000,
    /** No byte for so long while an answer is due: frozen. Above the 1 s of the write deadline and of the PING, so that those decide first. */
    socketTimeout: 1_500,
    /** How long the other side may take to say goodbye before the socket is destroyed. */
    disconnectTimeout: 100,
    /** How often a loading server is asked again, and the longest that its timer outlives `close()`. */
    maxLoadingRetryTime: 250,
    retryStrategy: retryDelayMs,
    sentinelRetryStrategy: retryDelayMs,
    /** A frozen sentinel would be waited for without limit, and the others never asked. */
    sentinelCommandTimeout: 1_000,
    reconnectOnError: reconnectOnReadonly(clock),
  };
}

/** The same for a cluster client, which hands commands to the clients of its nodes. */
export const forcedClusterOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  /** A replica may still have what was deleted a moment ago, and layer 1 would keep it. */
  scaleReads: 'master',
} satisfies ClusterOptions;

/** Nothing is sent again because a node went away. A redirection is followed: the node that redirects has not applied anything. */
export const failFastClusterOptions: ClusterOptions = {
  clusterRetryStrategy: retryDelayMs,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  maxRedirections: 3,
};

/** Exponential, capped, jittered, and it never gives up. */
export function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
  return Math.round((delayMs * (1 + Math.random())) / 2);
}

/**
 * After a failover the old master answers READONLY, and only a new connection finds the new one. Not more often than every 10 s,
 * because a server that simply is a replica can still be read from. The refused command is not sent again.
 */
export function reconnectOnReadonly(clock: Clock): (error: Error) => boolean {
  let lastAt = -Infinity;
  return (error) => {
    if (replyCode(error) !== 'READONLY' || clock.elapsed() - lastAt < readonlyReconnectMs) return false;
    lastAt = clock.elapsed();
    return true;
  };
}
