import type { Cache } from './cache';
import type { WriteOutcome } from './events/cache-events';
import type { CacheItem, SetOptions, WrapOptions } from './options/call-options';
import type { Loader } from './reading/loader';
import type { Ttl } from './options/options';

type KeyOf<Schema> = keyof Schema & string;

/**
 * A {@link Cache} whose keys and values are known to the compiler: `` { [K in `user:${number}`]: User } & { settings: Settings } ``.
 * Nothing is checked at run time.
 */
export interface TypedCache<Schema extends object> extends Omit<
  Cache,
  'get' | 'peek' | 'has' | 'getMany' | 'set' | 'setMany' | 'del' | 'delMany' | 'expire' | 'wrap'
> {
  get<K extends KeyOf<Schema>>(key: K): Promise<Schema[K] | undefined>;
  peek<K extends KeyOf<Schema>>(key: K): Schema[K] | undefined;
  has(key: KeyOf<Schema>): Promise<boolean>;
  getMany<K extends KeyOf<Schema>>(keys: readonly K[]): Promise<(Schema[K] | undefined)[]>;
  set<K extends KeyOf<Schema>>(key: K, value: Schema[K], options?: SetOptions | Ttl): Promise<WriteOutcome>;
  setMany<K extends KeyOf<Schema>>(items: readonly (CacheItem & { readonly key: K; readonly value: Schema[K] })[]): Promise<WriteOutcome>;
  del(key: KeyOf<Schema>): Promise<WriteOutcome>;
  expire(key: KeyOf<Schema>): Promise<WriteOutcome>;
  delMany(keys: readonly KeyOf<Schema>[]): Promise<WriteOutcome>;
  wrap<K extends KeyOf<Schema>>(key: K, loader: Loader<Schema[K]>, options?: WrapOptions | Ttl): Promise<Schema[K]>;
}
