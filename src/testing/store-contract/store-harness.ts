import type { Store } from '../../ports/store';
import type { Harness } from '../suite';

/** A store that is connected to its server, and power over that server. */
export interface StoreHarness extends Harness {
  readonly store: Store;
  /** Lets so many milliseconds pass for the lifetimes of payloads: on a real server, a sleep. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach, so that its connections break. */
  readonly goAway: () => void | Promise<void>;
  /** Brings it back, with or without its data. The store may take a moment to notice. */
  readonly comeBack: () => void | Promise<void>;
  /** The same server as others use it: plain keys and payloads, past the store. */
  readonly foreign: {
    readonly set: (key: string, payload: string) => void | Promise<void>;
    readonly get: (key: string) => string | undefined | Promise<string | undefined>;
  };
}
