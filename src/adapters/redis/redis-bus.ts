import type { Clock } from '../../ports/clock';
import { PubSubBus } from '../bus/pub-sub-bus';
import type { SubscriberConnection, SubscriberEvents } from '../bus/subscription';
import { replyCode } from '../resp/failure';
import { disconnect, superviseClient, watchClient } from './client-lifetime';
import { forcedOptions, failFastOptions } from './fail-fast';
import { type RedisClient, isCluster, whenReady } from './redis-client';

export interface RedisBusParts {
  readonly client: RedisClient;
  /** A client of the user is neither closed nor changed. */
  readonly owner: 'driver' | 'user';
  readonly name: string;
  readonly channel: string;
  readonly pingIntervalMs: number;
  readonly clock: Clock;
}

/** The bus on the channel, with a second client of ioredis for the subscription. */
export function redisBus({ client, owner, channel, ...parts }: RedisBusParts): PubSubBus {
  return new PubSubBus({
    ...parts,
    publish: async (text) => publisherOf(client).publish(channel, text),
    connect: (events) => {
      const own = subscriberClient(client, owner, parts.clock);
      return own && new Subscriber(own, channel, events);
    },
  });
}

/** On a cluster always the same node: messages published on different nodes overtake each other, which a receiver takes for a loss. */
function publisherOf(client: RedisClient): RedisClient {
  const nodes = isCluster(client) ? whenReady(client).nodes('master') : [client];
  const node = nodes.find(({ status }) => status === 'ready');
  if (node === undefined) throw new Error('the client is not ready');
  return node;
}

/** Options of a connection that is made once and not repaired. */
const singleUseOptions = {
  ...forcedOptions,
  /** ioredis does not report when it has subscribed again, and causes an unhandled rejection when it fails to. */
  autoResubscribe: false,
  retryStrategy: null,
  sentinelRetryStrategy: null,
  /** `socketTimeout` drops a frozen connection; and ioredis up to 5.x leaks the timer of a rejected command. */
  commandTimeout: undefined,
};

/** One subscription on one connection of ioredis. */
export class Subscriber implements SubscriberConnection {
  readonly #client: RedisClient;
  readonly #channel: string;
  /** `undefined` once it was closed: late events of the client are dropped. */
  #events: SubscriberEvents | undefined;

  /** @param client - not connected yet, and used by this subscription alone */
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
    client.connect().catch(() => undefined); // the events report it
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
      if (refusal === undefined) return; // the connection is lost, and the client's events report it
      this.#events?.failed(refusal);
      this.#client.disconnect();
    }
  }
}

/**
 * A second client to the server of the given one, which is not changed. On a cluster to a random master: each receives all messages.
 * @param owner - a client of the driver already has the fail-fast options, as its user chose them
 * @returns `undefined` while no node of the cluster is known
 */
export function subscriberClient(client: RedisClient, owner: 'driver' | 'user', clock: Clock): RedisClient | undefined {
  const source = isCluster(client) ? anyOf(client.nodes('master')) : client;
  const subscriber = source?.duplicate(owner === 'driver' ? singleUseOptions : { ...failFastOptions(clock), ...singleUseOptions });
  if (subscriber !== undefined) superviseClient(subscriber, clock);
  return subscriber;
}

function anyOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)];
}
