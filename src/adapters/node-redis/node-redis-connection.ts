import { Listeners } from '../../domain/shared/listeners';
import { UserCount } from '../../domain/shared/user-count';
import type { Cancel, Clock } from '../../ports/clock';
import type { NodeRedisConnectable } from './node-redis-client';
import { destroyNodes, isNodeRedisCluster } from './node-redis-cluster';

/** Time between two attempts to connect, for a client that does not retry by itself, in milliseconds. */
const retryMs = 1_000;

/** Longest time from connected to ready: if node-redis loses its handshake, it waits forever. Milliseconds. */
export const handshakeMs = 3_000;

/** Wait after an abandoned handshake: node-redis' abandoned attempt may sleep for up to 2 s before it ends. Milliseconds. */
const abandonedMs = 2_500;

/** A connection whose PING is not answered in this time is replaced: node-redis would wait forever. Milliseconds. */
export const stuckMs = 3_000;

/** How long a close waits for a socket that is being opened, in milliseconds. */
export const disconnectLimitMs = 250;

/** Time between two looks for nodes that a cluster has learned of too late, in milliseconds. */
const lateNodeMs = 500;

/** For longer than an attempt of node-redis to connect takes. */
const lateNodeChecks = 12;

const connections = new WeakMap<NodeRedisConnectable, NodeRedisConnection>();
const users = new UserCount<NodeRedisConnectable>();

/**
 * Connects a node-redis client that was not connected, keeps it connected, and closes it.
 * Does not use the adapter's `getClient()`, which adds four listeners to the client each time.
 */
export class NodeRedisConnection {
  readonly #client: NodeRedisConnectable;
  readonly #clock: Clock;
  readonly #listeners = new Listeners<[]>();
  readonly #events: Readonly<Record<string, () => void>> = {
    connect: () => this.#awaitHandshake(),
    error: () => this.#socketSettled(),
    reconnecting: () => void (this.#connecting = true),
  };
  /** A socket is being opened. If the client were destroyed now, it would lose the socket, which would stay open forever. */
  #connecting = false;
  /** Ends `#disconnect()`; `undefined` before it. */
  #onClosed: (() => void) | undefined;
  #retry: Cancel | undefined;
  #handshake: Cancel = () => undefined;

  /**
   * The connection of a client that no other code has connected. Drivers of the same client share it, and the last one closes it.
   * `undefined` for a client that the user has connected.
   */
  static use(client: NodeRedisConnectable, clock: Clock): NodeRedisConnection | undefined {
    let connection = connections.get(client);
    if (connection === undefined && client.isOpen) return undefined;
    if (connection === undefined) {
      connection = new NodeRedisConnection(client, clock);
      connections.set(client, connection);
      connection.#connect();
    }
    users.add(client);
    return connection;
  }

  private constructor(client: NodeRedisConnectable, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** The listener is called for connections that are made here, not for those that the client restores by itself. Returns its removal. */
  onConnected(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** To be called once by each driver. */
  async leave(): Promise<void> {
    if (!users.remove(this.#client)) return;
    connections.delete(this.#client);
    await this.#disconnect();
  }

  #connect(): void {
    for (const [event, listener] of Object.entries(this.#events)) this.#client.on(event, listener);
    this.#attempt();
  }

  /** Replaces a connection whose replies cannot be trusted. It waits before it does, because the next connection may fail too. */
  replace(): void {
    if (this.#client.isReady !== true || this.#onClosed !== undefined) return;
    this.#destroy();
    this.#attemptLater();
  }

  async #disconnect(): Promise<void> {
    this.#retry?.();
    this.#handshake();
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      if (this.#connecting) this.#clock.schedule(disconnectLimitMs, resolve);
      else this.#close();
    });
  }

  #attempt(): void {
    this.#connecting = true;
    this.#client.connect().then(
      () => this.#onOpen(),
      () => this.#attemptLater(),
    );
  }

  /** Unless the user's code has connected the client meanwhile. */
  #attemptAgain(): void {
    this.#retry = undefined;
    if (!this.#client.isOpen) this.#attempt();
  }

  #onOpen(): void {
    this.#socketSettled();
    this.#listeners.notify();
  }

  #attemptLater(delayMs = retryMs): void {
    this.#connecting = false;
    if (this.#onClosed !== undefined) this.#close();
    else this.#retry ??= this.#clock.schedule(delayMs, () => this.#attemptAgain());
  }

  #awaitHandshake(): void {
    this.#socketSettled();
    this.#handshake();
    if (this.#onClosed === undefined) this.#handshake = this.#clock.schedule(handshakeMs, () => this.#giveUpUnlessReady());
  }

  #giveUpUnlessReady(): void {
    if (this.#client.isReady !== false || !this.#client.isOpen) return;
    this.#attemptLater(abandonedMs);
    this.#destroy();
  }

  #socketSettled(): void {
    this.#connecting = false;
    if (this.#onClosed !== undefined) this.#close();
    else if (!this.#client.isOpen) this.#attemptLater();
  }

  #close(): void {
    for (const [event, listener] of Object.entries(this.#events)) this.#client.off(event, listener);
    if (this.#client.isOpen) this.#destroy();
    this.#destroyLateNodes();
    this.#onClosed?.();
  }

  /** Of a cluster. The timers keep no process alive, but such a node would, so they fire. */
  #destroyLateNodes(times = lateNodeChecks): void {
    const client = this.#client;
    if (times === 0 || client.isOpen || !isNodeRedisCluster(client)) return;
    destroyNodes(client);
    this.#clock.schedule(lateNodeMs, () => this.#destroyLateNodes(times - 1));
  }

  #destroy(): void {
    Promise.resolve(this.#client.destroy()).catch(() => undefined); // only a sentinel returns a promise
  }
}
