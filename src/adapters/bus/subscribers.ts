import { Listeners } from '../../domain/shared/listeners';
import type { InvalidationMessage } from '../../ports/invalidation-bus';
import { parseMessage } from './message-text';

export interface BusListener {
  readonly onMessage: (message: InvalidationMessage) => void;
  readonly onGap: () => void;
}

/** The listeners of one bus. They get the messages, and `onGap` where messages may have been lost. */
export class Subscribers {
  readonly #messages = new Listeners<[InvalidationMessage]>();
  readonly #gaps = new Listeners<[]>();
  /** Whether there was a subscription before. Messages that were sent between two subscriptions are lost. */
  #wasSubscribed = false;

  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  /** Returns the function that removes the listener. */
  add({ onMessage, onGap }: BusListener): () => void {
    const removeMessages = this.#messages.add(onMessage);
    const removeGaps = this.#gaps.add(onGap);
    return () => {
      removeMessages();
      removeGaps();
      this.#wasSubscribed &&= !this.isEmpty;
    };
  }

  /** The server has confirmed the subscription, for the first time or after a loss. */
  onSubscribed(): void {
    if (this.#wasSubscribed) this.#gaps.notifySafely();
    this.#wasSubscribed = true;
  }

  receive(text: string): void {
    const message = parseMessage(text);
    if (message === undefined) this.#gaps.notifySafely();
    else this.#messages.notifySafely(message);
  }
}
