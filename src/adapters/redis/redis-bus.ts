import type { Clock } from '../../ports/clock';
import { PubSubBus } from '../bus/pub-sub-bus';
import { isCluster, whenReady, type RedisClient } from './redis-client';
import { Subscriber, subscriberClient } from './subscriber';

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
