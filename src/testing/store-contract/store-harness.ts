import type { Store } from '../../ports/store';
import type { Harness } from '../suite-tools';

/** A store that is connected to its server, and control over that server. */
export interface StoreHarness extends Harness {
  readonly store: Store;
  /** Lets time pass for the lifetimes of payloads, in milliseconds: on a real server, a sleep. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach, so that its connections break. */
  readonly goAway: () => void | Promise<void>;
  /** Brings the server back, with or without its data. The store may need a moment to notice. */
  readonly comeBack: () => void | Promise<void>;
  /** The same server as other programs use it: plain keys and payloads, without the store. */
  readonly foreign: {
    readonly set: (key: string, payload: string) => void | Promise<void>;
    readonly get: (key: string) => string | undefined | Promise<string | undefined>;
  };
}
