import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const noCacheMetadata = 'tiercel:no_cache';

/** `CacheableInterceptor` leaves this handler alone, or all of a controller: nothing is read, stored or said in a header. */
export const NoCache = (): CustomDecorator => SetMetadata(noCacheMetadata, true);
