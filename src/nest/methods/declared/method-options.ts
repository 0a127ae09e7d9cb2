import type { SetOptions } from '../../../domain/options/call-options';
import type { LifeOptions, TtlOption } from '../../../domain/options/options';

/**
 * Options of `@Cacheable`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - what it gives in the end
 */
export interface CacheableOptions<A extends readonly unknown[] = never[], V = never>
  extends Omit<LifeOptions, 'ttl'>, StoredResultOptions<A, V> {
  /**
   * Names the call: calls of one name share one entry.
   * @defaultValue class, method and arguments, as in `UserService.find(42)`
   */
  readonly key?: string | ((...args: A) => string);
}

/**
 * Options of `@CacheEvict`: one of `key`, `keys` and `allEntries`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 */
export interface CacheEvictOptions<A extends readonly unknown[] = never[]> extends PlaceOptions {
  readonly key?: string | ((...args: A) => string);
  readonly keys?: readonly string[] | ((...args: A) => readonly string[]);
  /** Everything in the cache, or in the part of it that `namespace` names. */
  readonly allEntries?: true;
  /** With `false` from it the method runs, and nothing is deleted. */
  readonly condition?: (...args: A) => boolean;
  /**
   * Delete first, and so also when the method fails.
   * @defaultValue `false`: after the method has succeeded
   */
  readonly beforeInvocation?: boolean;
}

/**
 * Options of `@CachePut`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - what it gives in the end
 */
export interface CachePutOptions<A extends readonly unknown[] = never[], V = never>
  extends Omit<SetOptions, 'ttl' | 'tags' | 'whenUnreachable'>, StoredResultOptions<A, V> {
  /** Where the result goes: a key of `@Cacheable`. */
  readonly key: string | ((...args: A) => string);
}

/** Which cache a decorated method uses. */
interface PlaceOptions {
  /**
   * The cache to use, as given to `CacheableModule.register({ name })`.
   * @defaultValue that of the class, or the one that has no name
   */
  readonly cache?: string;
  /**
   * The part of the cache to use.
   * @defaultValue that of the class, or the whole
   */
  readonly namespace?: string;
}

/** How the result of a decorated method is stored. Functions get the arguments of the call. */
interface StoredResultOptions<A extends readonly unknown[], V> extends PlaceOptions {
  /**
   * How long the result is fresh, also as a function of it.
   * @defaultValue that of the class, or of the cache
   */
  readonly ttl?: TtlOption | ((result: V, ...args: A) => TtlOption);
  /** With `false` from it the method runs, and nothing is read or stored. */
  readonly condition?: (...args: A) => boolean;
  /** With `true` from it the result is not stored. */
  readonly unless?: (result: V, ...args: A) => boolean;
  readonly tags?: readonly string[] | ((...args: A) => readonly string[]);
}
