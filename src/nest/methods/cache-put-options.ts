import type { SetOptions } from '../../domain/call-options';
import type { StoredResultOptions } from './stored-result-options';

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
