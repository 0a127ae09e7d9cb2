import { messageText, parseMessage } from '../../src/adapters/bus/message-text';
import type { StoreDriver } from '../../src/ports/driver';
import { alwaysUp } from '../../src/ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../../src/ports/invalidation-bus';
import type { Store } from '../../src/ports/store';

/** A driver under control of an attacker, which chooses all payloads and messages. It keeps the last written texts alone. */
export class HostileL2 implements StoreDriver {
  readonly name = 'hostile';
  readonly probe = alwaysUp;
  readonly store: Store;
  readonly bus: InvalidationBus;
  /** The payload of every key. */
  payload = '';
  written = '';
  published = '';
  #listener: ((message: InvalidationMessage | undefined) => void) | undefined;

  constructor() {
    this.store = {
      get: async () => this.payload,
      getMany: async (keys) => keys.map(() => this.payload),
      set: async (_key, payload) => {
        this.written = payload;
      },
      setMany: async () => undefined,
      delete: async () => undefined,
      clear: async () => undefined,
    };
    this.bus = {
      probe: alwaysUp,
      noticesWithinMs: 0,
      publish: async (message) => {
        this.published = messageText(message);
      },
      subscribe: async (onMessage, onGap) => {
        this.#listener = (message) => (message === undefined ? onGap() : onMessage(message));
        return async () => undefined;
      },
    };
  }

  /** As the buses read it, but for their patience with listeners that throw. */
  say(text: string): void {
    this.#listener?.(parseMessage(text));
  }

  open = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;
}
