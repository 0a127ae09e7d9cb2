import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { HealthProbe } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import type { PubSubBus } from '../bus/pub-sub-bus';
import { ConnectionProbe, type ConnectionSignals } from '../probe/connection-probe';
import { DriverLifetime } from '../probe/driver-lifetime';
import { checkAlive } from '../resp/failure';
import { ServerIdentity } from '../resp/server-identity';
import { assertReady, type NodeRedisConnectable, watchNodeRedis } from './node-redis-client';
import { NodeRedisConnection, stuckMs } from './node-redis-connection';

export interface NodeRedisDriverParts {
  readonly name: string;
  readonly client: NodeRedisConnectable;
  /** One connection. A cluster or sentinels have many, and replace them themselves. */
  readonly isSingle: boolean;
  readonly store: Store;
  readonly keyPrefix: string;
  readonly bus?: PubSubBus | undefined;
  /** Asks every server that answers reads for `INFO replication`. */
  readonly ask: () => Promise<readonly unknown[]>;
  /** A PING that costs less, for one server. */
  readonly ping?: (() => Promise<unknown>) | undefined;
  /** The number of replies of the server so far. While it grows, no PING is sent. */
  readonly traffic?: () => number;
  readonly pingIntervalMs: number;
  readonly clock: Clock;
}

/** The driver on one client of node-redis: a client that is not connected yet is connected, kept connected and closed. */
export class NodeRedisDriver implements StoreDriver {
  readonly name: string;
  readonly store: Store;
  readonly keyPrefix: string;
  readonly probe: HealthProbe;
  readonly bus: PubSubBus | undefined;
  readonly #parts: NodeRedisDriverParts;
  readonly #identity: ServerIdentity;
  readonly #lifetime: DriverLifetime;
  #connection: NodeRedisConnection | undefined;
  #stopListening: (() => void) | undefined;
  #signals: ConnectionSignals | undefined;

  constructor(parts: NodeRedisDriverParts) {
    const { name, store, keyPrefix, bus, traffic, pingIntervalMs, clock } = parts;
    this.#parts = parts;
    this.#identity = new ServerIdentity(name, () => this.#ask());
    this.name = name;
    this.store = store;
    this.keyPrefix = keyPrefix;
    this.bus = bus;
    this.probe = new ConnectionProbe({
      ping: () => this.#ping(),
      watch: (signals) => this.#watch(signals),
      traffic,
      clock,
      settings: { pingIntervalMs },
    });
    this.#lifetime = new DriverLifetime({ name, probe: this.probe, clock });
  }

  identify(): Promise<string | undefined> {
    return this.#identity.identify();
  }

  open(): Promise<void> {
    return this.#lifetime.open(() => this.#connect());
  }

  close(): Promise<void> {
    return this.#lifetime.close(() => this.#disconnect());
  }

  #connect(): void {
    const { client, clock } = this.#parts;
    this.#connection ??= NodeRedisConnection.use(client, clock);
    this.#stopListening ??= this.#connection?.onConnected(() => this.#onConnected());
  }

  async #disconnect(): Promise<void> {
    this.#stopListening?.();
    await Promise.all([this.bus?.close(), this.#connection?.leave()]);
  }

  #watch(signals: ConnectionSignals): () => void {
    const { client, isSingle } = this.#parts;
    this.#signals = signals;
    const onMoved = (): void => {
      if (this.probe.health === 'up') signals.ready();
    };
    return watchNodeRedis(client, { signals, pingOnly: !isSingle, onDesync: () => this.#replace(), onMoved });
  }

  /** A cluster and sentinels have no `ready` event. */
  #onConnected(): void {
    if (!this.#parts.isSingle) this.#signals?.ready();
  }

  async #ping(): Promise<void> {
    const { client, clock, name, ping } = this.#parts;
    const cancel = clock.schedule(stuckMs, () => this.#replace());
    try {
      if (ping === undefined) await this.#identity.ping(this.probe.health === 'up');
      else
        await checkAlive(name, async () => {
          assertReady(client);
          await ping();
        });
    } finally {
      cancel();
    }
  }

  async #ask(): Promise<readonly unknown[]> {
    assertReady(this.#parts.client);
    return this.#parts.ask();
  }

  /** Only a connection that the driver opened: the user's own is replaced by the user. */
  #replace(): void {
    if (this.#parts.isSingle) this.#connection?.replace();
  }
}
