import { Inject } from '@nestjs/common';
import { getCacheToken } from '../shared/cacheable.service';

/**
 * Injects a {@link CacheableService}.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const InjectCache = (name?: string): ParameterDecorator & PropertyDecorator => Inject(getCacheToken(name));
