import type { ConnectionSignals } from '../probe/connection-probe';
import { replyCode } from '../resp/reply-code';
import { disconnect } from './disconnect';
import type { RedisClient } from './redis-client';
import { watchClient } from './watch-client';

/** What becomes of a subscription. `ready` means that the server has confirmed it: whatever is published from now on arrives. */
export interface SubscriberEvents extends ConnectionSignals {
  message(text: string): void;
  /** There will be nothing more. */
  end(): void;
}

/** One subscription on one connection: it lives once, and when the connection is lost it is over. */
export class Subscriber {
  readonly #client: RedisClient;
  readonly #channel: string;
  /** `undefined` once it was closed: what comes late is told to nobody. */
  #events: SubscriberEvents | undefined;

  /** @param client - not connected yet, and nobody else's */
  constructor(client: RedisClient, channel: string, events: SubscriberEvents) {
    this.#client = client;
    this.#channel = channel;
    this.#events = events;
    watchClient(client, {
      ready: () => void this.#subscribe(),
      failed: (reason) => this.#events?.failed(reason),
      lost: (reason) => this.#events?.lost(reason),
    });
    client.on('message', (_channel, text) => this.#events?.message(text as string));
    client.on('end', () => this.#events?.end());
    client.connect().catch(() => undefined); // what becomes of it the events tell
  }

  ping(): Promise<unknown> {
    return this.#client.ping();
  }

  close(): Promise<void> {
    this.#events = undefined;
    return disconnect(this.#client);
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#client.subscribe(this.#channel);
      this.#events?.ready();
    } catch (error) {
      const refusal = replyCode(error);
      if (refusal === undefined) return; // the connection is gone, and the client tells so itself
      this.#events?.failed(refusal);
      this.#client.disconnect();
    }
  }
}
