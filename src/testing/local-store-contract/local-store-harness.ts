import type { LocalStore } from '../../ports/local-store';
import type { Harness } from '../suite';
import type { ContentStore, TestValue } from './content-store';

export interface LocalStoreHarness extends Harness {
  /** Empty. */
  readonly store: LocalStore<TestValue>;
  /** How many entries the store holds at most; 10 to 10 000. */
  readonly capacity: number;
  /** The store's memory bound by its own estimate: more than `capacity` small values, and at least 100 000. */
  readonly maxBytes: number;
  /** The time by which the store expires its values: `Clock.elapsed()`. */
  readonly elapsed: () => number;
  /** Lets time pass for the lifetimes of values, in milliseconds. */
  readonly elapse: (ms: number) => void | Promise<void>;
}

export interface LocalStoreTools extends Pick<LocalStoreHarness, 'capacity' | 'maxBytes' | 'elapse' | 'close'> {
  /** The store of the harness. */
  readonly local: LocalStore<TestValue>;
  /** The same store, written and read by content. */
  readonly store: ContentStore;
}

export const shortMs = 50;
export const pastShortMs = 100;
export const longMs = 60_000;
