import { Inject } from '@nestjs/common';
import { getCacheToken } from '../shared/cacheable.service';

/**
 * Injects a {@link CacheableService}.
 * @param name - as given to `CacheableModule.register({ name })`; without one, the cache that has none
 */
export const InjectCache = (name?: string): ParameterDecorator & PropertyDecorator => Inject(getCacheToken(name));
