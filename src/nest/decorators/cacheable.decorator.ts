import type { CacheableOptions } from '../methods/declared/method-options';
import { CacheableMethod } from '../methods/run/cacheable-method';
import { decorateMethod } from '../methods/run/decorate-method';
import type { ArgumentsFor, DecoratorFor, NoOthers, Option, ResultFor } from '../methods/declared/method-types';
import { entryFields, functionField, keyField, targetFields } from '../methods/declared/option-fields';

/** Only for methods whose types fit the functions among the options. */
export type CacheableDecorator<O> = DecoratorFor<
  ArgumentsFor<Option<O, 'key'>> &
    ArgumentsFor<Option<O, 'condition'>> &
    ArgumentsFor<Option<O, 'tags'>> &
    ResultFor<Option<O, 'unless'>> &
    ResultFor<Option<O, 'ttl'>>
>;

/**
 * Returns a method's result from the cache, and runs the method on a miss. Concurrent calls with one key run it once. Errors and `undefined` are
 * not cached. If the cache fails, the method runs.
 *
 * The method returns a promise or an Observable. An Observable with a single value is cached as that value; any other is passed on. In instances
 * that Nest did not make, such as `new UserService()`, the method runs uncached. A `cache.wrap` of the same key inside the method loads and stores
 * nothing. The method may call another method with the same key before its first `await`; after that, the call would wait for itself.
 *
 * Without a `key` the entries belong to one instance. Where Nest makes several, such as request-scoped providers, the bootstrap fails with
 * `CACHE_OPTION_INVALID`; instances made later run uncached. A call also runs uncached, and is logged once, if its arguments cannot make a key, or
 * if a function among the options returns a value of a wrong type. These functions are synchronous, and get the instance as `this`.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function Cacheable<const O extends CacheableOptions = Pick<CacheableOptions, 'cache'>>(
  options: O & NoOthers<O, CacheableOptions> = {} as O & NoOthers<O, CacheableOptions>,
): CacheableDecorator<O> {
  return (target, name, descriptor) => {
    decorateMethod('Cacheable', { target, name, descriptor }, options, rules, (method, original) => {
      return new CacheableMethod(method, original, options as CacheableOptions as CacheableOptions<readonly unknown[], unknown>);
    });
  };
}

const rules = { fields: { ...entryFields, ...targetFields, key: keyField, condition: functionField, unless: functionField } };
