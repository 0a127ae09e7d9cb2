import type { SetOptions } from '../../domain/call-options';
import type { TtlOption } from '../../domain/options';

/**
 * Options of `@CachePut`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - what it gives in the end
 */
export interface CachePutOptions<A extends readonly unknown[] = never[], V = never> extends Omit<
  SetOptions,
  'ttl' | 'tags' | 'whenUnreachable'
> {
  /** Where the result goes: a key of `@Cacheable`. */
  readonly key: string | ((...args: A) => string);
  /**
   * How long the result is fresh, also as a function of it.
   * @defaultValue that of the class, or of the cache
   */
  readonly ttl?: TtlOption | ((result: V, ...args: A) => TtlOption);
  /** With `false` from it the method runs, and nothing is stored. */
  readonly condition?: (...args: A) => boolean;
  /** With `true` from it the result is not stored. */
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
