import { lifeFields } from '../../domain/options/life-options';
import { declareCacheSlot } from '../methods/declared/cache-slot';
import { declareClassConfig, type CacheConfigOptions } from '../methods/declared/class-config';
import { checkOptions, targetFields } from '../methods/declared/option-fields';

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
