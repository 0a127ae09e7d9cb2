import type { PlaceOptions } from './place-options';

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
