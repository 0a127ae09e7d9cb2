import type { CacheableDecorator } from './cacheable.decorator';
import { CachePutMethod } from '../methods/run/cache-put-method';
import type { CachePutOptions } from '../methods/declared/method-options';
import { decorateMethod } from '../methods/run/decorate-method';
import type { NoOthers } from '../methods/declared/method-types';
import { entryFields, functionField, targetFields, requiredKeyField } from '../methods/declared/option-fields';

/**
 * Runs a method and stores its result under the key of `@Cacheable` methods. The result waits until it is stored, and is returned even if it could
 * not be. An Observable is stored if it emits a single value. `undefined` deletes the key.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CachePut<const O extends CachePutOptions>(options: O & NoOthers<O, CachePutOptions>): CacheableDecorator<O> {
  return (target, name, descriptor) => {
    decorateMethod('CachePut', { target, name, descriptor }, options, rules, (method, original) => {
      return new CachePutMethod(method, original, options as CachePutOptions as CachePutOptions<readonly unknown[], unknown>);
    });
  };
}

const { ttl, jitter, staleWhileRevalidate, staleIfError, version, tags } = entryFields;

const rules = {
  fields: {
    ...targetFields,
    ...{ ttl, jitter, staleWhileRevalidate, staleIfError, version, tags },
    key: requiredKeyField,
    condition: functionField,
    unless: functionField,
  },
};
