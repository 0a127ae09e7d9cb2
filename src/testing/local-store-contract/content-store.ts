import { WrappedLocalStore } from '../../domain/l1/wrapped-local-store';
import type { LocalStore, LocalValue } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';

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
