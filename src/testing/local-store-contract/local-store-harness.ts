import { WrappedLocalStore } from '../../domain/l1/isolated-local-store';
import type { LocalStore, LocalValue } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Harness } from '../suite-tools';

/** A value for a {@link LocalStore} under test: anything, with an end. */
export class TestValue implements LocalValue {
  bytes = 0;
  usedAt = 0;

  constructor(
    readonly content: unknown,
    readonly keepUntil: number,
  ) {}
}

/** A {@link LocalStore} under test, written by content and ttl, and read by content. */
export class ContentStore extends WrappedLocalStore<TestValue> {
  readonly #elapsed: () => number;

  /** @param elapsed - the time by which the store expires its values */
  constructor(inner: LocalStore<TestValue>, elapsed: () => number) {
    super(inner);
    this.#elapsed = elapsed;
  }

  get(key: SanitizedKey): unknown {
    return this.inner.get(key)?.content;
  }

  peek(key: SanitizedKey): unknown {
    return this.inner.peek(key)?.content;
  }

  set(key: SanitizedKey, content: unknown, ttlMs: number): void {
    this.inner.set(key, new TestValue(content, this.#elapsed() + ttlMs));
  }
}

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
