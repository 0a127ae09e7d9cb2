import type { Clock } from '../../ports/clock';
import type { ConnectionSignals } from '../probe/connection-probe';
import { replyCode } from '../resp/error-reply';
import { forcedOptions, failFastOptions } from './fail-fast';
import { disconnect, guardClient } from './guard-client';
import { type RedisClient, isCluster } from './redis-client';
import { watchClient } from './watch-client';

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

/** What becomes of a subscription. `ready` means that the server has confirmed it: whatever is published from now on arrives. */
interface SubscriberEvents extends ConnectionSignals {
  message(text: string): void;
  /** There will be nothing more. */
  end(): void;
}

/** One subscription on one connection: it lives once, and when the connection is lost it is over. */
export class Subscriber {
  readonly #client: RedisClient;
  readonly #channel: string;
  /** `undefined` once it was closed: what comes late is told to nobody. */
  #events: SubscriberEvents | undefined;

  /** @param client - not connected yet, and nobody else's */
  constructor(client: RedisClient, channel: string, events: SubscriberEvents) {
    this.#client = client;
    this.#channel = channel;
    this.#events = events;
    watchClient(client, {
      ready: () => void this.#subscribe(),
      failed: (reason) => this.#events?.failed(reason),
      lost: (reason) => this.#events?.lost(reason),
    });
    client.on('message', (_channel, text) => this.#events?.message(text as string));
    client.on('end', () => this.#events?.end());
    client.connect().catch(() => undefined); // what becomes of it the events tell
  }

  ping(): Promise<unknown> {
    return this.#client.ping();
  }

  close(): Promise<void> {
    this.#events = undefined;
    return disconnect(this.#client);
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#client.subscribe(this.#channel);
      this.#events?.ready();
    } catch (error) {
      const refusal = replyCode(error);
      if (refusal === undefined) return; // the connection is gone, and the client tells so itself
      this.#events?.failed(refusal);
      this.#client.disconnect();
    }
  }
}

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
