import type { Observable } from 'rxjs';
import type { SetOptions } from '../../../domain/options/call-options';
import type { LifeOptions, TtlOption } from '../../../domain/options/options';

/**
 * Options of `@Cacheable`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - the value of its promise or Observable
 */
export interface CacheableOptions<A extends readonly unknown[] = never[], V = never>
  extends Omit<LifeOptions, 'ttl'>, StoredResultOptions<A, V> {
  /**
   * The key: calls with one key share one entry. A function gets the instance as `this`; a result that is no non-empty string, or that
   * has `undefined`, `null` or `NaN` as a whole part (`user:undefined`), leaves the call uncached.
   * @defaultValue class, method and arguments, as in `UserService.find(42)`
   */
  readonly key?: string | ((...args: A) => string);
}

/**
 * Options of `@CacheEvict`: one of `key`, `keys`, `tags` and `allEntries`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 */
export interface CacheEvictOptions<A extends readonly unknown[] = never[]> extends TargetOptions {
  /**
   * The key of the entry to delete.
   * @defaultValue none
   */
  readonly key?: string | ((...args: A) => string);
  /**
   * The keys of the entries to delete.
   * @defaultValue none
   */
  readonly keys?: readonly string[] | ((...args: A) => readonly string[]);
  /**
   * Deletes all entries with one of these tags, as `cache.delByTag` does. A function may return any number of them.
   * @defaultValue none
   */
  readonly tags?: readonly string[] | ((...args: A) => readonly string[]);
  /**
   * With `key`, `keys` or `tags`. `'remove'`: the entries are misses. `'expire'`: they are stale from now on, so `staleWhileRevalidate` and `staleIfError` may
   * still serve them.
   * @defaultValue `'remove'`
   */
  readonly mode?: 'remove' | 'expire';
  /**
   * Deletes all entries of the cache, or of its `namespace`.
   * @defaultValue none
   */
  readonly allEntries?: true;
  /**
   * When it returns `false`, the method runs and nothing is deleted.
   * @defaultValue none: each call deletes
   */
  readonly condition?: (...args: A) => boolean;
  /**
   * Deletes before the method runs, and so also when the method fails.
   * @defaultValue `false`: after the method has succeeded
   */
  readonly beforeInvocation?: boolean;
}

/**
 * Options of `@CachePut`. Functions get the arguments of the call.
 * @typeParam A - the parameters of the method
 * @typeParam V - the value of its promise or Observable
 */
export interface CachePutOptions<A extends readonly unknown[] = never[], V = never>
  extends Omit<SetOptions, 'ttl' | 'tags' | 'whenUnreachable'>, StoredResultOptions<A, V> {
  /** The key that the result is stored under, as `@Cacheable` uses it. */
  readonly key: string | ((...args: A) => string);
}

/** The cache that a decorated method uses. */
interface TargetOptions {
  /**
   * The cache to use, as named in `CacheableModule.register({ name })`.
   * @defaultValue that of the class, or the cache without a name
   */
  readonly cache?: string;
  /**
   * The namespace of the cache to use.
   * @defaultValue that of the class, or none
   */
  readonly namespace?: string;
}

/** Options for storing the result of a decorated method. Functions get the arguments of the call. */
interface StoredResultOptions<A extends readonly unknown[], V> extends TargetOptions {
  /**
   * How long the result is fresh, or a function that returns this for a result.
   * @defaultValue that of the class, or of the cache
   */
  readonly ttl?: TtlOption | ((result: V, ...args: A) => TtlOption);
  /**
   * When it returns `false`, the method runs, and nothing is read or stored.
   * @defaultValue none: each call uses the cache
   */
  readonly condition?: (...args: A) => boolean;
  /**
   * When it returns `true`, the result is not stored.
   * @defaultValue none: each result is stored
   */
  readonly unless?: (result: V, ...args: A) => boolean;
  /**
   * Names by which `delByTag` and `@CacheEvict({ tags })` remove the entry, or a function that returns them.
   * @defaultValue none
   */
  readonly tags?: readonly string[] | ((...args: A) => readonly string[]);
}

/** Forbids names that are no options. */
export type NoOthers<Given, Known> = { readonly [Name in Exclude<keyof Given, keyof Known>]: never };

/** A method whose promise or Observable has a value that fits `V`. */
interface Gives<V> {
  readonly value?: (...args: never[]) => Promise<V> | Observable<V>;
}

/** A method whose arguments fit the parameters of a function. TypeScript compares parameters in the opposite direction, hence the setter. */
export type ArgumentsFor<F> = F extends (...args: infer A) => unknown
  ? { readonly set?: (method: (...args: A) => never) => void }
  : unknown;

/** A method whose result, followed by its arguments, fits the parameters of a function. */
export type ResultFor<F> = F extends (result: infer V, ...args: infer A) => unknown
  ? Gives<V> & ArgumentsFor<(...args: A) => void>
  : unknown;

/** The type of an option as it was given. A fixed value is no function, and restricts no method. */
export type Option<O, Name> = Name extends keyof O ? O[Name] : undefined;

/** A decorator for methods that return a promise or an Observable, and whose types fit the functions among the options. */
export type DecoratorFor<Fitting> = (target: object, name: string | symbol, descriptor: Gives<unknown> & Fitting) => void;
