import { MODULE_OPTIONS_TOKEN } from './cache.module-definition';

/** What the cache is injected by: `@Inject(CACHE_MANAGER) cache: Cache`. */
export const CACHE_MANAGER = 'CACHE_MANAGER';
export const CACHE_KEY_METADATA = 'cache_module:cache_key';
export const CACHE_TTL_METADATA = 'cache_module:cache_ttl';
export const CACHE_MODULE_OPTIONS = MODULE_OPTIONS_TOKEN;
