import type { Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import { ClusterStore } from '../resp/cluster-store';
import { checkAlive } from '../resp/failure';
import { RedisStore } from '../resp/redis-store';
import { ServerIdentity, infoOf } from '../resp/server-identity';
import { SlotOwners } from '../resp/slot-owners';
import { isCluster, type RedisClient, whenReady, keyPrefixOf, type RedisClusterClient } from './redis-client';
import { selectAgain } from './selected-database';

/** In which one server and a cluster differ. */
interface RedisServers {
  readonly store: Store;
  /**
   * Sends a PING to every server that answers reads.
   * @param isUp - whether the cache uses them at present
   */
  readonly ping: (isUp: boolean) => Promise<unknown>;
  /** The number of replies so far. While it grows, no PING is sent. */
  readonly traffic: (() => number) | undefined;
  /** See {@link StoreDriver.identify}. */
  readonly identify: () => Promise<string | undefined>;
  /** The listener is called when a cluster may have other masters than before. Returns the function that removes it. */
  readonly onMoved: (listener: () => void) => () => void;
}

export function serversOf(client: RedisClient, name: string, clock: Clock): RedisServers {
  return isCluster(client) ? cluster(client, name, clock) : oneServer(client, name);
}

function oneServer(client: RedisClient, name: string): RedisServers {
  const store = redisStore(client, name);
  const identity = new ServerIdentity(name, async () => [await whenReady(client).info('replication')]);
  return {
    store,
    ping: () =>
      checkAlive(name, async () => {
        await selectAgain(client);
        await whenReady(client).ping();
      }),
    traffic: () => store.answers,
    identify: () => identity.identify(),
    onMoved: () => () => undefined,
  };
}

/** Also for all keys of one slot of a cluster. */
function redisStore(client: RedisClient, name: string): RedisStore {
  const writes = new TurnWrites(client);
  return new RedisStore({
    name,
    keyPrefix: keyPrefixOf(client),
    whenReady: () => whenReady(client),
    beforeWrite: () => {
      writes.gather();
    },
  });
}

/** Every master has to answer: a read of many keys goes to all of them. Answers of others say nothing about a frozen one, so PINGs are always sent. */
function cluster(client: RedisClusterClient, name: string, clock: Clock): RedisServers {
  const owners = clusterOwners(client, clock);
  const identity = new ServerIdentity(name, () => {
    whenReady(client);
    return owners.ask();
  });
  return {
    store: new ClusterStore({
      name,
      keyPrefix: keyPrefixOf(client),
      whenReady: () => whenReady(client),
      store: redisStore(client, name),
      masters: () => owners.masters(),
    }),
    ping: (isUp) => identity.ping(isUp),
    traffic: undefined,
    identify: () => identity.identify(),
    onMoved: (listener) => {
      for (const event of movements) client.on(event, listener);
      return () => {
        for (const event of movements) client.off(event, listener);
      };
    },
  };
}

/** `refresh`: the client has read the owners of the slots. */
const movements = ['-node', 'refresh'];

/** The masters of a cluster of ioredis. Its own list lacks those that are lost. */
function clusterOwners(client: RedisClusterClient, clock: Clock): SlotOwners<RedisClient> {
  return new SlotOwners<RedisClient>(
    {
      connected: () => client.nodes('master').filter(({ status }) => status === 'ready'),
      slots: (node) => node.cluster('SLOTS'),
      info: infoOf,
      nodeOf: (slot) => {
        const address = client.slots[slot]?.[0];
        return client.nodes('master').find(({ options: { host, port } }) => `${String(host)}:${String(port)}` === address);
      },
      refresh: () => client.refreshSlotsCache(() => undefined),
    },
    clock,
  );
}

/**
 * All commands that a client is given in one turn leave with one write to its socket, because a write costs more than the commands in it. ioredis by itself
 * writes each one alone.
 */
class TurnWrites {
  readonly #client: RedisClient;
  #isGathering = false;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** To be called before a command, once the client is ready. */
  gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const streams = this.#connections.map(({ stream }) => stream);
    process.nextTick(() => {
      this.#isGathering = false;
      for (const stream of streams) stream?.uncork();
    });
    for (const stream of streams) stream?.cork();
  }

  get #connections(): readonly RedisClient[] {
    return isCluster(this.#client) ? this.#client.nodes('master') : [this.#client];
  }
}
