import { UserCount } from '../../domain/shared/user-count';
import type { StoreDriver } from '../../ports/driver';
import type { HealthProbe } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import type { PubSubBus } from '../bus/pub-sub-bus';
import { ConnectionProbe } from '../probe/connection-probe';
import { DriverLifetime } from '../probe/driver-lifetime';
import { checkAlive } from '../resp/failure';
import { RedisStore } from '../resp/redis-store';
import { disconnect } from './client-lifetime';
import { ClusterStore } from './cluster-store';
import { redisBus, type RedisBusParts } from './redis-bus';
import { isCluster, keyPrefixOf, whenReady, type RedisClient } from './redis-client';
import { pingClient, watchClient } from './watch-client';

export interface RedisDriverParts extends Omit<RedisBusParts, 'channel'> {
  /** The pub/sub channel; without it there is no bus. */
  readonly channel?: string | undefined;
}

/** The drivers of each client: two caches may be given one `KeyvValkey`. */
const users = new UserCount<RedisClient>();

/** The driver on one client of ioredis: store, probe and bus. */
export class RedisDriver implements StoreDriver {
  readonly name: string;
  readonly store: Store;
  readonly keyPrefix: string;
  readonly probe: HealthProbe;
  readonly bus: PubSubBus | undefined;
  readonly #parts: RedisDriverParts;
  readonly #lifetime: DriverLifetime;
  #isOpen = false;

  constructor(parts: RedisDriverParts) {
    const { client, name, clock, pingIntervalMs, channel } = parts;
    const { store, traffic } = storeOn(client, name);
    this.#parts = parts;
    this.name = name;
    this.store = store;
    this.keyPrefix = keyPrefixOf(client);
    this.probe = new ConnectionProbe({
      ping: () => checkAlive(name, () => pingClient(client)),
      watch: (signals) => watchClient(client, signals),
      traffic,
      clock,
      settings: { pingIntervalMs },
    });
    this.#lifetime = new DriverLifetime({ name, probe: this.probe, clock });
    if (channel !== undefined) this.bus = redisBus({ ...parts, channel });
  }

  open(): Promise<void> {
    return this.#lifetime.open(() => this.#connect());
  }

  close(): Promise<void> {
    return this.#lifetime.close(() => this.#disconnect());
  }

  #connect(): void {
    const { client, owner } = this.#parts;
    if (!this.#isOpen) users.add(client);
    this.#isOpen = true;
    // `end`: another driver of the same adapter was closed. The probe learns the outcome from the client's events.
    if (client.status === 'wait' || (owner === 'driver' && client.status === 'end')) client.connect().catch(() => undefined);
  }

  async #disconnect(): Promise<void> {
    const { client, owner } = this.#parts;
    const isLast = this.#isOpen ? users.remove(client) : !users.has(client);
    await Promise.all([this.bus?.close(), owner === 'driver' && isLast ? disconnect(client) : undefined]);
  }
}

function storeOn(client: RedisClient, name: string): { readonly store: Store; readonly traffic: (() => number) | undefined } {
  // Answers of other nodes say nothing about a frozen one, so a cluster always gets its PINGs.
  if (isCluster(client)) return { store: new ClusterStore(client, name), traffic: undefined };
  const store = new RedisStore({ name, keyPrefix: keyPrefixOf(client), whenReady: () => whenReady(client) });
  return { store, traffic: () => store.answers };
}
