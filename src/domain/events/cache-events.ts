import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Logger } from '../../ports/logger';
import type { Tier } from '../../ports/metrics-sink';

/** The answer of a write or an invalidation. `'done'`: L2 has applied it, and the message to the other processes was sent. `'pending'`: not yet. */
export type WriteOutcome = 'done' | 'pending';

/**
 * The events of `cache.on`. `key` is the key as the sanitizer left it, without the namespace.
 * Listeners are called synchronously and must be quick; one that throws is logged, and does not reach the caller.
 */
export interface CacheEvents {
  /** A read found a value. */
  readonly hit: { readonly key: SanitizedKey; readonly tier: Tier };
  /** A read found none. */
  readonly miss: { readonly key: SanitizedKey };
  /** A value was set. */
  readonly set: { readonly key: SanitizedKey; readonly outcome: WriteOutcome };
  /** A key was deleted or expired. */
  readonly del: { readonly key: SanitizedKey; readonly outcome: WriteOutcome };
  /** All entries of the namespace were removed. */
  readonly clear: { readonly outcome: WriteOutcome };
  /** Entries were invalidated by their tags. */
  readonly tags: { readonly mode: 'remove' | 'expire'; readonly outcome: WriteOutcome };
  /** A loader has ended. `fenced`: the key was invalidated meanwhile, so the value was returned but not stored. */
  readonly load: { readonly key: SanitizedKey; readonly outcome: 'stored' | 'fenced' | 'skipped' | 'failed'; readonly durationMs: number };
  /** A value past its ttl was served. */
  readonly stale: { readonly key: SanitizedKey };
  /** A refresh in the background has ended. */
  readonly refresh: { readonly key: SanitizedKey; readonly outcome: 'done' | 'failed' };
  /** L1 was full. */
  readonly evict: { readonly count: number };
  /** A failure that no caller sees: a payload that was not used, a value that L2 cannot hold, a failed background load. */
  readonly error: { readonly error: unknown; readonly key: SanitizedKey | undefined };
  /** A key that L2 still has to delete. */
  readonly pending: { readonly key: SanitizedKey | 'everything' };
  /** Messages of other processes may have been lost, and L1 was emptied. */
  readonly gap: Readonly<Record<string, never>>;
  /** L2 cannot be used. */
  readonly down: { readonly reason: string };
  /** L2 can be reached again, and pending keys and tags are removed from it. */
  readonly recovering: { readonly downMs: number };
  /** L2 is used again. */
  readonly up: { readonly downMs: number };
}

export type CacheEventName = keyof CacheEvents;

/** Its promise is not awaited; one that rejects counts as a throw. */
export type CacheListener<N extends CacheEventName> = (event: CacheEvents[N]) => unknown;

/** Ask {@link has} first: no event is allocated without a listener. */
export class CacheEmitter {
  readonly #listeners = new Map<CacheEventName, Set<(event: never) => void>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  has(name: CacheEventName): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(name);
  }

  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    // A separate function for each: a listener that is registered twice is called twice, and removed one by one.
    const own = (event: CacheEvents[N]): unknown => listener(event);
    this.#listeners.set(name, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  emit<N extends CacheEventName>(name: N, event: CacheEvents[N]): void {
    // A copy: a listener that is removed and added again would be called for ever.
    for (const listener of [...(this.#listeners.get(name) ?? [])]) this.#call(name, listener as CacheListener<N>, event);
  }

  #call<N extends CacheEventName>(name: N, listener: CacheListener<N>, event: CacheEvents[N]): void {
    const complain = (): void => {
      this.#logger.error(`a listener of the cache event '${name}' threw`);
    };
    try {
      const outcome = listener(event);
      if (outcome instanceof Promise) outcome.catch(complain);
    } catch {
      complain();
    }
  }
}
