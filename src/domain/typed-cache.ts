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
  /** As {@link Cache.get}, for keys of the schema. */
  get<K extends KeyOf<Schema>>(key: K): Promise<Schema[K] | undefined>;
  /** As {@link Cache.peek}, for keys of the schema. */
  peek<K extends KeyOf<Schema>>(key: K): Schema[K] | undefined;
  /** As {@link Cache.has}, for keys of the schema. */
  has(key: KeyOf<Schema>): Promise<boolean>;
  /** As {@link Cache.getMany}, for keys of the schema. */
  getMany<K extends KeyOf<Schema>>(keys: readonly K[]): Promise<(Schema[K] | undefined)[]>;
  /** As {@link Cache.set}, for keys of the schema. */
  set<K extends KeyOf<Schema>>(key: K, value: Schema[K], options?: SetOptions | Ttl): Promise<WriteOutcome>;
  /** As {@link Cache.setMany}, for keys of the schema. */
  setMany<K extends KeyOf<Schema>>(items: readonly (CacheItem & { readonly key: K; readonly value: Schema[K] })[]): Promise<WriteOutcome>;
  /** As {@link Cache.del}, for keys of the schema. */
  del(key: KeyOf<Schema>): Promise<WriteOutcome>;
  /** As {@link Cache.expire}, for keys of the schema. */
  expire(key: KeyOf<Schema>): Promise<WriteOutcome>;
  /** As {@link Cache.delMany}, for keys of the schema. */
  delMany(keys: readonly KeyOf<Schema>[]): Promise<WriteOutcome>;
  /** As {@link Cache.wrap}, for keys of the schema. */
  wrap<K extends KeyOf<Schema>>(key: K, loader: Loader<Schema[K]>, options?: WrapOptions | Ttl): Promise<Schema[K]>;
}
