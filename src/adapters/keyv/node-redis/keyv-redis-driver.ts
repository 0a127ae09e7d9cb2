import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import type { HealthProbe } from '../../../ports/health-probe';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { closedDriver, openLimitMs, untilUp } from '../../probe/until-up';
import { checkAlive } from '../../resp/failure';
import { AdapterStore } from '../adapter/adapter-store';
import type { KeyvRedisLike } from '../adapter/storage-adapter';
import { NodeRedisConnection } from './node-redis-connection';
import { scanKeys } from './node-redis-scan';
import { watchNodeRedis } from './watch-node-redis';

/** A connection whose PING is not answered in this time is replaced: node-redis would wait for ever. Milliseconds. */
const stuckMs = 3_000;

/** L2 on `@keyv/redis`: the adapter's own commands, on one server, sentinels or a cluster. */
export class KeyvRedisDriver implements StoreDriver {
  readonly name = 'keyv';
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly bus = undefined;
  readonly #adapter: KeyvRedisLike;
  /** One connection. A cluster or sentinels have many, and replace them themselves. */
  readonly #isSingle: boolean;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #connection: NodeRedisConnection | undefined;
  #stopListening: (() => void) | undefined;
  #signals: ConnectionSignals | undefined;
  #closing: Promise<void> | undefined;

  constructor(adapter: KeyvRedisLike, clock: Clock) {
    this.#adapter = throwingAdapter(adapter);
    this.#isSingle = adapter.client.isReady !== undefined && !adapter.isSentinel();
    this.#clock = clock;
    this.store = this.#makeStore();
    this.probe = new ConnectionProbe({
      ping: () => checkAlive(this.name, () => this.#ping()),
      watch: (signals) => this.#watch(signals),
      clock,
    });
  }

  get keyPrefix(): string {
    return this.#adapter.createKeyPrefix('', this.#adapter.namespace);
  }

  async open(): Promise<void> {
    if (this.#closed.signal.aborted) throw closedDriver(this.name);
    this.probe.start();
    this.#connection ??= NodeRedisConnection.use(this.#adapter.client, this.#clock);
    this.#stopListening ??= this.#connection?.onConnected(() => this.#onConnected());
    await untilUp(this.probe, { clock: this.#clock, limitMs: openLimitMs, signal: this.#closed.signal });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.probe.stop();
    this.#closed.abort();
    this.#stopListening?.();
    await this.#connection?.leave();
  }

  #makeStore(): AdapterStore {
    const adapter = this.#adapter;
    return new AdapterStore(adapter, {
      assertReady: () => this.#assertReady(),
      keysFrom: (prefix) => scanKeys(adapter, prefix),
    });
  }

  #watch(signals: ConnectionSignals): () => void {
    this.#signals = signals;
    return watchNodeRedis(this.#adapter.client, { signals, pingOnly: !this.#isSingle, onDesync: () => this.#replace() });
  }

  #onConnected(): void {
    if (!this.#isSingle) this.#signals?.ready();
  }

  async #ping(): Promise<void> {
    this.#assertReady();
    const cancel = this.#clock.schedule(stuckMs, () => this.#replace());
    try {
      const nodes = await this.#adapter.getMasterNodes();
      if (nodes.length === 0) throw new Error('no master is known');
      await Promise.all(nodes.map((node) => node.ping()));
    } finally {
      cancel();
    }
  }

  /** Only a connection that the driver opened: the user's own is replaced by the user. */
  #replace(): void {
    if (this.#isSingle) this.#connection?.replace();
  }

  /** A client that is not ready would queue commands and send them later; the adapter would connect one that is not open. */
  #assertReady(): void {
    const { isReady, isOpen } = this.#adapter.client;
    if (!(isReady ?? isOpen)) throw new Error('the client is not ready');
  }
}

/**
 * The same adapter and connection, but failures are thrown, where `@keyv/redis` otherwise answers `undefined`, and the namespace stays the
 * present one. An object with the adapter as its prototype, because the adapter is the user's: its settings are not changed, and later changes
 * do not apply.
 */
function throwingAdapter(adapter: KeyvRedisLike): KeyvRedisLike {
  const throwing = Object.create(adapter) as KeyvRedisLike;
  throwing.throwOnErrors = true;
  throwing.throwOnConnectError = true;
  throwing.namespace = adapter.namespace;
  return throwing;
}
