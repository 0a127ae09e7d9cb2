import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { Clock } from '../../ports/clock';
import { replyCode } from '../resp/failure';
import { retryDelayMs } from '../resp/connection-options';

const readonlyReconnectMs = 10_000;

/**
 * Options that the user cannot change. A client that queues, resends or retries commands answers long after the caller's deadline,
 * and applies writes that were reported as failed.
 */
export const forcedOptions = {
  /** `open()` connects. */
  lazyConnect: true,
  /** Without a connection every command is rejected at once. */
  enableOfflineQueue: false,
  /** A command that was in flight when the connection broke is not sent a second time… */
  autoResendUnfulfilledCommands: false,
  /** …but rejected at once, not after a number of attempts to connect. */
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

/**
 * Defaults of the connections that the driver opens. `commandTimeout` is not set: the cache has deadlines, `socketTimeout` drops a
 * connection that does not answer, and ioredis up to 5.x leaks the timer of a rejected command, which keeps the process alive.
 */
export function failFastOptions(clock: Clock): RedisOptions {
  return {
    /** For a host that drops packets. Longer than a TLS handshake around the world. */
    connectTimeout: 2_000,
    /** No byte for this long while a reply is due: the server is frozen. Above the 1 s of the write deadline and of the PING, which decide first. */
    socketTimeout: 1_500,
    /** How long the server may take to close its end before the socket is destroyed. */
    disconnectTimeout: 100,
    /** Between two questions to a server that is loading; its timer may outlive `close()` by as much. */
    maxLoadingRetryTime: 250,
    retryStrategy: retryDelayMs,
    sentinelRetryStrategy: retryDelayMs,
    /** Without it a frozen sentinel is waited for without limit, and the other sentinels are never asked. */
    sentinelCommandTimeout: 1_000,
    reconnectOnError: reconnectOnReadonly(clock),
  };
}

/** The same for a cluster client, which hands commands to the clients of its nodes. */
export const forcedClusterOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  /** A replica may still have a value that was just deleted, and L1 would keep it. */
  scaleReads: 'master',
} satisfies ClusterOptions;

/** No command is resent after a node was lost. Redirections are followed: the node that redirects has not applied the command. */
export const failFastClusterOptions: ClusterOptions = {
  clusterRetryStrategy: retryDelayMs,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  maxRedirections: 3,
};

/**
 * Whether to reconnect after an error reply. After a failover the old master answers READONLY, and only a new connection finds the new
 * one. At most every 10 s, because a server that is a replica for good still answers reads. The refused command is not resent.
 */
export function reconnectOnReadonly(clock: Clock): (error: Error) => boolean {
  let lastAt = -Infinity;
  return (error) => {
    if (replyCode(error) !== 'READONLY' || clock.elapsed() - lastAt < readonlyReconnectMs) return false;
    lastAt = clock.elapsed();
    return true;
  };
}
