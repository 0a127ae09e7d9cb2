import type { CacheEntry } from '../../domain/cache-entry';
import type { LoadContext } from '../../domain/load-context';
import type { TtlOption } from '../../domain/options';

/** What a handler's run, as a load, may say of its entry. */
export type HandlerLoad = Pick<LoadContext, 'skip' | 'stale' | 'setTtl'>;

/** How the entry of a handler is to live, where it says so. */
export interface HandlerOptions {
  readonly ttl?: TtlOption;
}

/** All that the interceptor needs of a cache. */
export interface HandlerCache {
  wrapEntry(key: string, loader: (load: HandlerLoad) => Promise<unknown>, options?: HandlerOptions): Promise<CacheEntry<unknown>>;
}
