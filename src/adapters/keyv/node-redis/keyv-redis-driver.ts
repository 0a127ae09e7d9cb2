import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import type { HealthProbe } from '../../../ports/health-probe';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { openLimitMs, untilUp } from '../../probe/until-up';
import { checkAlive } from '../../resp/failure';
import { AdapterStore } from '../adapter/adapter-store';
import type { KeyvRedisLike } from '../adapter/storage-adapter';
import { NodeRedisDial } from './node-redis-dial';
import { scanKeys } from './node-redis-scan';
import { watchNodeRedis } from './watch-node-redis';

/** A PING without an answer for so long: node-redis waits for ever, also when it lost its place in the server's answers. Milliseconds. */
const wedgedMs = 3_000;

/** Layer 2 on `@keyv/redis`: the adapter's own commands, on one server, sentinels or a cluster. */
export class KeyvRedisDriver implements StoreDriver {
  readonly name = 'keyv';
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly bus = undefined;
  readonly #adapter: KeyvRedisLike;
  /** One connection, as opposed to a cluster or sentinels, which have many and mend them themselves. */
  readonly #single: boolean;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #dial: NodeRedisDial | undefined;
  #signals: ConnectionSignals | undefined;
  #closing: Promise<void> | undefined;

  constructor(adapter: KeyvRedisLike, clock: Clock) {
    this.#adapter = strictView(adapter);
    this.#single = adapter.client.isReady !== undefined && !adapter.isSentinel();
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
    this.probe.start();
    if (!this.#adapter.client.isOpen && this.#dial === undefined) {
      this.#dial = new NodeRedisDial(this.#adapter.client, this.#clock, () => this.#onConnected());
      this.#dial.dial();
    }
    await untilUp(this.probe, { clock: this.#clock, limitMs: openLimitMs, signal: this.#closed.signal });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.probe.stop();
    this.#closed.abort();
    await this.#dial?.hangUp();
  }

  #makeStore(): AdapterStore {
    const adapter = this.#adapter;
    return new AdapterStore(adapter, {
      checkReady: () => this.#checkReady(),
      keysFrom: (prefix) => scanKeys(adapter, prefix),
    });
  }

  #watch(signals: ConnectionSignals): () => void {
    this.#signals = signals;
    return watchNodeRedis(this.#adapter.client, { signals, silent: !this.#single, onConfusion: () => this.#renew() });
  }

  #onConnected(): void {
    if (!this.#single) this.#signals?.ready();
  }

  async #ping(): Promise<void> {
    this.#checkReady();
    const cancel = this.#clock.schedule(wedgedMs, () => this.#renew());
    try {
      const nodes = await this.#adapter.getMasterNodes();
      if (nodes.length === 0) throw new Error('no master is known');
      await Promise.all(nodes.map((node) => node.ping()));
    } finally {
      cancel();
    }
  }

  /** Only a connection of ours: whoever brought his own mends it himself. */
  #renew(): void {
    if (this.#single) this.#dial?.renew();
  }

  /** A client that is not ready queues commands and sends them later; one that is not open would be opened by the adapter. */
  #checkReady(): void {
    const { isReady, isOpen } = this.#adapter.client;
    if (!(isReady ?? isOpen)) throw new Error('the client is not ready');
  }
}

/**
 * The same adapter and connection, except that failures are thrown, where `@keyv/redis` otherwise answers as if nothing were there, and
 * that the namespace stays what it is now. A view, because the adapter is the caller's: its own settings are neither changed nor followed.
 */
function strictView(adapter: KeyvRedisLike): KeyvRedisLike {
  const view = Object.create(adapter) as KeyvRedisLike;
  view.throwOnErrors = true;
  view.throwOnConnectError = true;
  view.namespace = adapter.namespace;
  return view;
}
