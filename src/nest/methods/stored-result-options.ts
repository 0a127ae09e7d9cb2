import type { TtlOption } from '../../domain/options';
import type { PlaceOptions } from './place-options';

/** How the result of a decorated method is stored. Functions get the arguments of the call. */
export interface StoredResultOptions<A extends readonly unknown[], V> extends PlaceOptions {
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
