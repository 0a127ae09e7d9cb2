import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Cancel, Clock } from '../../ports/clock';
import type { SubscriberConnection, SubscriberEvents } from '../bus/subscription';
import { failureReason, replyMeaning } from '../resp/failure';
import type { NodeRedisClient } from './node-redis-client';
import { disconnectLimitMs, handshakeMs, stuckMs } from './node-redis-connection';

/** Options of a connection that is made once and not repaired. */
const singleUseOptions = {
  disableOfflineQueue: true,
  pingInterval: undefined,
  commandOptions: undefined,
  clientSideCache: undefined,
  emitInvalidate: undefined,
};

const singleUseSocket = {
  connectTimeout: 2_000,
  /** Not `false`: a client that has given up cannot be destroyed, and stays in node-redis' list of clients. The subscriber destroys it before. */
  reconnectStrategy: () => 0,
};

interface SubscriberParts {
  /** The driver's client, which is not changed. */
  readonly client: NodeRedisClient;
  readonly channel: string;
  readonly events: SubscriberEvents;
  readonly clock: Clock;
}

/** One subscription on one connection of node-redis, a second one to the server of the given client. */
export class NodeRedisSubscriber implements SubscriberConnection {
  readonly #client: NodeRedisClient;
  readonly #channel: string;
  readonly #clock: Clock;
  /** `undefined` once it was closed: late events of the client are dropped. */
  #events: SubscriberEvents | undefined;
  /** The socket is being opened. If the client were destroyed now, it would lose the socket, which would stay open forever. */
  #isOpening = true;
  #cancelLimit: Cancel;
  #closed: Promise<void> | undefined;
  #onDestroyed: (() => void) | undefined;

  constructor({ client, channel, events, clock }: SubscriberParts) {
    this.#client = client.duplicate({ ...singleUseOptions, socket: { ...client.options?.socket, ...singleUseSocket } });
    this.#channel = channel;
    this.#events = events;
    this.#clock = clock;
    this.#cancelLimit = scheduleLoopTime(handshakeMs, clock, () => this.#lose('the server did not confirm the subscription'));
    this.#client.on('connect', () => this.#opened());
    this.#client.on('error', (error) => this.#fail(error));
    void this.#subscribe();
  }

  async ping(): Promise<void> {
    const cancel = scheduleLoopTime(stuckMs, this.#clock, () => this.#lose('no answer to PING'));
    try {
      await this.#client.sendCommand(['PING']);
    } finally {
      cancel();
    }
  }

  close(): Promise<void> {
    this.#events = undefined;
    this.#cancelLimit();
    this.#closed ??= this.#isOpening ? this.#destroyLater() : this.#destroy();
    return this.#closed;
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#client.connect();
      await this.#expectAnswers();
      await this.#client.subscribe(this.#channel, (text) => this.#events?.message(text));
      this.#cancelLimit();
      this.#events?.ready();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A server that loads its data takes a subscription. L1 would be emptied for the gap before it, while L2 answers nothing. */
  async #expectAnswers(): Promise<void> {
    try {
      await this.#client.sendCommand(['PING']);
    } catch (error) {
      if (replyMeaning(error) !== 'refuses writes') throw error;
    }
  }

  #opened(): void {
    this.#isOpening = false;
    if (this.#closed !== undefined) void this.#destroy();
  }

  #fail(error: unknown): void {
    this.#opened();
    this.#lose(failureReason(error));
  }

  #lose(reason: string): void {
    this.#events?.lost(reason);
    this.#events?.end();
    void this.close();
  }

  #destroyLater(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDestroyed = resolve;
      this.#clock.schedule(disconnectLimitMs, resolve);
    });
  }

  #destroy(): Promise<void> {
    if (this.#client.isOpen) this.#client.destroy();
    this.#onDestroyed?.();
    return Promise.resolve();
  }
}
