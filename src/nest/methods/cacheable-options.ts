import type { LifeOptions } from '../../domain/options';
import type { StoredResultOptions } from './stored-result-options';

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
