import { lifeFields } from '../../domain/options/life-options';
import { declareCacheSlot } from '../methods/declared/cache-slot';
import { declareClassConfig, type CacheConfigOptions } from '../methods/declared/class-config';
import { checkOptions, targetFields } from '../methods/declared/option-fields';

/**
 * What the `@Cacheable`, `@CachePut` and `@CacheEvict` methods of a class have in common, unless they say otherwise. Subclasses inherit it; what a
 * subclass says itself, wins.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CacheConfig(options: CacheConfigOptions): ClassDecorator {
  return (type) => {
    checkOptions(`@CacheConfig on ${type.name}`, { fields: { ...lifeFields, ...targetFields } }, options);
    declareClassConfig(type, options);
    if (options.cache !== undefined) declareCacheSlot(type.prototype as object, options.cache);
  };
}
