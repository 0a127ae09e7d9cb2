import type { Cancel, Clock } from '../../../ports/clock';
import type { NodeRedisClient } from '../adapter/storage-adapter';

/** Between two attempts of a client that does not try again by itself, in milliseconds. */
const redialMs = 1_000;

/** From connected to ready: node-redis may lose its handshake on the way, and then waits for ever. Milliseconds. */
const handshakeMs = 3_000;

/** What is given up sleeps for so long at most before it notices; a new attempt must not meet it. Milliseconds. */
const restMs = 2_500;

/** How long {@link NodeRedisDial.hangUp} waits for a socket that is on its way, in milliseconds. */
const patienceMs = 250;

/**
 * Connects a node-redis client that nobody had connected before, keeps it so, and ends it.
 * Not by the adapter's `getClient()`, which adds four listeners to the client each time.
 */
export class NodeRedisDial {
  readonly #client: NodeRedisClient;
  readonly #clock: Clock;
  readonly #onConnected: () => void;
  readonly #events: Readonly<Record<string, () => void>> = {
    connect: () => this.#shakeHands(),
    error: () => this.#arrived(),
    reconnecting: () => void (this.#dialling = true),
  };
  /** A socket is on its way. Destroyed now, the client would lose sight of it, and it would stay open for ever. */
  #dialling = false;
  #hungUp: (() => void) | undefined;
  #redial: Cancel | undefined;
  #handshake: Cancel = () => undefined;

  /** @param onConnected - told of the connections made here, not of those that the client makes again by itself */
  constructor(client: NodeRedisClient, clock: Clock, onConnected: () => void) {
    this.#client = client;
    this.#clock = clock;
    this.#onConnected = onConnected;
  }

  dial(): void {
    for (const [event, listener] of Object.entries(this.#events)) this.#client.on(event, listener);
    this.#connect();
  }

  /** Replaces a connection that cannot be trusted any more; not at once, because the next one may be no better. */
  renew(): void {
    if (this.#client.isReady !== true || this.#hungUp !== undefined) return;
    this.#destroy();
    this.#connectLater();
  }

  async hangUp(): Promise<void> {
    this.#redial?.();
    this.#handshake();
    await new Promise<void>((resolve) => {
      this.#hungUp = resolve;
      if (this.#dialling) this.#clock.schedule(patienceMs, resolve);
      else this.#end();
    });
  }

  #connect(): void {
    this.#dialling = true;
    this.#client.connect().then(
      () => this.#connected(),
      () => this.#connectLater(),
    );
  }

  /** Unless somebody else has, meanwhile. */
  #connectAgain(): void {
    this.#redial = undefined;
    if (!this.#client.isOpen) this.#connect();
  }

  #connected(): void {
    this.#arrived();
    this.#onConnected();
  }

  #connectLater(delayMs = redialMs): void {
    this.#dialling = false;
    if (this.#hungUp !== undefined) this.#end();
    else this.#redial ??= this.#clock.schedule(delayMs, () => this.#connectAgain());
  }

  #shakeHands(): void {
    this.#arrived();
    this.#handshake();
    if (this.#hungUp === undefined) this.#handshake = this.#clock.schedule(handshakeMs, () => this.#giveUpUnlessReady());
  }

  #giveUpUnlessReady(): void {
    if (this.#client.isReady !== false || !this.#client.isOpen) return;
    this.#connectLater(restMs);
    this.#destroy();
  }

  #arrived(): void {
    this.#dialling = false;
    if (this.#hungUp !== undefined) this.#end();
    else if (!this.#client.isOpen) this.#connectLater();
  }

  #end(): void {
    for (const [event, listener] of Object.entries(this.#events)) this.#client.off(event, listener);
    if (this.#client.isOpen) this.#destroy();
    this.#hungUp?.();
  }

  #destroy(): void {
    Promise.resolve(this.#client.destroy()).catch(() => undefined); // only a sentinel answers with a promise
  }
}
