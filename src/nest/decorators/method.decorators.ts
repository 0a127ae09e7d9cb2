import { lifeFields } from '../../domain/options/life-options';
import type { OptionProblem } from '../../domain/options/option-checks';
import { declareCacheSlot, declareClassConfig, type CacheConfigOptions } from '../methods/declared/cache-target';
import type {
  CacheableOptions,
  CacheEvictOptions,
  CachePutOptions,
  ArgumentsFor,
  DecoratorFor,
  Option,
  ResultFor,
  NoOthers,
} from '../methods/declared/method-options';
import {
  flagField,
  functionField,
  keyField,
  keysField,
  modeField,
  tagsField,
  targetFields,
  entryFields,
  requiredKeyField,
  checkOptions,
} from '../methods/declared/option-fields';
import { CacheEvictMethod } from '../methods/run/cache-evict-method';
import { CachePutMethod } from '../methods/run/cache-put-method';
import { CacheableMethod } from '../methods/run/cacheable-method';
import { decorateMethod } from '../methods/run/decorate-method';

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
    decorateMethod('Cacheable', { target, name, descriptor }, options, cacheableRules, (method, original) => {
      return new CacheableMethod(method, original, options as CacheableOptions as CacheableOptions<readonly unknown[], unknown>);
    });
  };
}

const cacheableRules = { fields: { ...entryFields, ...targetFields, key: keyField, condition: functionField, unless: functionField } };

/**
 * Runs a method and stores its result under the key of `@Cacheable` methods. The result waits until it is stored, and is returned even if it could
 * not be. An Observable is stored if it emits a single value. `undefined` deletes the key.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CachePut<const O extends CachePutOptions>(options: O & NoOthers<O, CachePutOptions>): CacheableDecorator<O> {
  return (target, name, descriptor) => {
    decorateMethod('CachePut', { target, name, descriptor }, options, putRules, (method, original) => {
      return new CachePutMethod(method, original, options as CachePutOptions as CachePutOptions<readonly unknown[], unknown>);
    });
  };
}

const { ttl, jitter, staleWhileRevalidate, staleIfError, version, tags } = entryFields;

const putRules = {
  fields: {
    ...targetFields,
    ...{ ttl, jitter, staleWhileRevalidate, staleIfError, version, tags },
    key: requiredKeyField,
    condition: functionField,
    unless: functionField,
  },
};

/** Only for methods whose types fit the functions among the options. */
export type CacheEvictDecorator<O> = DecoratorFor<
  ArgumentsFor<Option<O, 'key'>> & ArgumentsFor<Option<O, 'keys'>> & ArgumentsFor<Option<O, 'tags'>> & ArgumentsFor<Option<O, 'condition'>>
>;

/**
 * Deletes entries, by their keys or their tags, after a method has succeeded, or before it runs. A method can have several of these decorators. The
 * result waits for the deletes, and is returned even if they fail.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CacheEvict<const O extends CacheEvictOptions>(options: O & NoOthers<O, CacheEvictOptions>): CacheEvictDecorator<O> {
  return (target, name, descriptor) => {
    decorateMethod('CacheEvict', { target, name, descriptor }, options, evictRules, (method, original) => {
      return new CacheEvictMethod(method, original, options as CacheEvictOptions as CacheEvictOptions<readonly unknown[]>);
    });
  };
}

const evictFields = {
  ...targetFields,
  key: keyField,
  keys: keysField,
  tags: tagsField,
  allEntries: flagField,
  mode: modeField,
  condition: functionField,
  beforeInvocation: flagField,
};

const evictRules = { fields: evictFields, contradictions: contradictionsOf };

interface EvictGiven {
  readonly key: unknown;
  readonly keys: unknown;
  readonly tags: unknown;
  readonly allEntries: boolean | undefined;
  readonly mode: string | undefined;
}

function contradictionsOf({ allEntries, key, keys, mode, tags }: EvictGiven): OptionProblem[] {
  const given = Object.entries({ key, keys, tags, allEntries: allEntries || undefined }).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name).join(' and ') || 'none';
  if (given.length !== 1) return [{ path: '', expected: 'one of key, keys, tags and allEntries: true', given: names }];
  return mode === undefined || allEntries === undefined
    ? []
    : [{ path: 'mode', expected: 'no mode, which is for key, keys and tags', given: `'${mode}' with ${names}` }];
}

/**
 * Default options for the `@Cacheable`, `@CachePut` and `@CacheEvict` methods of a class. Subclasses inherit them. Options of a method override
 * them, and so does a `@CacheConfig` of a subclass.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CacheConfig(options: CacheConfigOptions): ClassDecorator {
  return (type) => {
    checkOptions(`@CacheConfig on ${type.name}`, { fields: { ...lifeFields, ...targetFields } }, options);
    declareClassConfig(type, options);
    if (options.cache !== undefined) declareCacheSlot(type.prototype as object, options.cache);
  };
}
