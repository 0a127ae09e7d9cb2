import type { LifeOptions, TtlOption } from '../../domain/options';

/**
 * Options of `@Cacheable`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - what it gives in the end
 */
export interface CacheableOptions<A extends readonly unknown[] = never[], V = never> extends Omit<LifeOptions, 'ttl'> {
  /**
   * Names the call: calls of one name share one entry.
   * @defaultValue class, method and arguments, as in `UserService.find(42)`
   */
  readonly key?: string | ((...args: A) => string);
  /**
   * How long a result is fresh, also as a function of it.
   * @defaultValue that of the class, or of the cache
   */
  readonly ttl?: TtlOption | ((result: V, ...args: A) => TtlOption);
  /** With `false` from it the method runs, and nothing is read or stored. */
  readonly condition?: (...args: A) => boolean;
  /** With `true` from it a result is not stored. */
  readonly unless?: (result: V, ...args: A) => boolean;
  readonly tags?: readonly string[] | ((...args: A) => readonly string[]);
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
