import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const noCacheMetadata = 'tiercel:no_cache';

/** `CacheableInterceptor` ignores this handler, or all handlers of a controller: it reads and stores nothing, and sets no header. */
export const NoCache = (): CustomDecorator => SetMetadata(noCacheMetadata, true);
