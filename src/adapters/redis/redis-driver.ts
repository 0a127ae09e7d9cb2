import { UserCount } from '../../domain/shared/user-count';
import type { StoreDriver } from '../../ports/driver';
import type { HealthProbe } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import type { PubSubBus } from '../bus/pub-sub-bus';
import { ConnectionProbe, type ConnectionSignals } from '../probe/connection-probe';
import { DriverLifetime } from '../probe/driver-lifetime';
import { disconnect, watchClient } from './client-lifetime';
import { redisBus, type RedisBusParts } from './redis-bus';
import { keyPrefixOf, type RedisClient } from './redis-client';
import { serversOf } from './redis-servers';

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
  readonly identify: () => Promise<string | undefined>;
  readonly #parts: RedisDriverParts;
  readonly #lifetime: DriverLifetime;
  #isOpen = false;

  constructor(parts: RedisDriverParts) {
    const { client, name, clock, pingIntervalMs, channel } = parts;
    const { identify, onMoved, ping, store, traffic } = serversOf(client, name, clock);
    this.#parts = parts;
    this.name = name;
    this.store = store;
    this.keyPrefix = keyPrefixOf(client);
    this.identify = identify;
    this.probe = new ConnectionProbe({
      ping: () => ping(this.probe.health === 'up'),
      watch: (signals) => this.#watch(signals, onMoved),
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

  /** A cluster that has lost a node, or has learned of other owners, is asked at once, and not only with the next PING. */
  #watch(signals: ConnectionSignals, onMoved: (listener: () => void) => () => void): () => void {
    const unwatch = watchClient(this.#parts.client, signals);
    const unlisten = onMoved(() => {
      if (this.probe.health === 'up') signals.ready();
    });
    return () => {
      unlisten();
      unwatch();
    };
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
