import type { Cache } from '../../domain/cache';

/** All that the interceptor needs of a cache. */
export type HandlerCache = Pick<Cache, 'wrapEntry'>;
