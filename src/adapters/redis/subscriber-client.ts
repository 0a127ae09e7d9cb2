import type { Clock } from '../../ports/clock';
import { failFastOptions, forcedOptions } from './fail-fast';
import { guardClient } from './guard-client';
import { isCluster, type RedisClient } from './redis-client';

/** Connects once, subscribes when it is told to, and is over when it is lost. */
const livesOnce = {
  ...forcedOptions,
  /** ioredis does not tell when the subscription stands again, and leaves a rejection behind when it does not. */
  autoResubscribe: false,
  retryStrategy: null,
  sentinelRetryStrategy: null,
  /** `socketTimeout` ends a silent connection; and up to 5.x the timer of a rejected command stays. */
  commandTimeout: undefined,
};

/**
 * Makes a client beside the given one, which that one never notices. On a cluster it goes to any master, because each hears everything.
 * @param owner - what the driver opened fails fast already, and as its user chose
 * @returns `undefined` while no node of the cluster is known
 */
export function subscriberClient(client: RedisClient, owner: 'driver' | 'user', clock: Clock): RedisClient | undefined {
  const neighbour = isCluster(client) ? anyOf(client.nodes('master')) : client;
  const subscriber = neighbour?.duplicate(owner === 'driver' ? livesOnce : { ...failFastOptions(clock), ...livesOnce });
  if (subscriber !== undefined) guardClient(subscriber);
  return subscriber;
}

function anyOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)];
}
