/**
 * Options of `@CacheEvict`: one of `key`, `keys` and `allEntries`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 */
export interface CacheEvictOptions<A extends readonly unknown[] = never[]> {
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
