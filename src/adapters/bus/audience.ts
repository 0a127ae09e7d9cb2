import type { InvalidationMessage } from '../../ports/invalidation-bus';
import { parseMessage } from './message-text';

export interface Listener {
  readonly onMessage: (message: InvalidationMessage) => void;
  readonly onGap: () => void;
}

/** Those who listen to a bus, and what they are to be told. */
export class Audience {
  readonly #listeners = new Set<Listener>();
  /** Whether the subscription stood before: what was said until it stands again nobody hears. */
  #stood = false;

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Returns the function that leaves. */
  join(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.#stood &&= !this.isEmpty;
    };
  }

  /** The subscription stands, for the first time or again. */
  tuneIn(): void {
    if (this.#stood) this.#gap();
    this.#stood = true;
  }

  hear(text: string): void {
    const message = parseMessage(text);
    if (message === undefined) this.#gap();
    else this.#tell(({ onMessage }) => onMessage(message));
  }

  #gap(): void {
    this.#tell(({ onGap }) => onGap());
  }

  #tell(tell: (listener: Listener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch {
        // A listener's error is its own: it must not keep the news from the others, nor break the connection that brought it.
      }
    }
  }
}
