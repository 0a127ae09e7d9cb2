import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { flag, optional, shape } from '../../domain/options/option-checks';
import { checkDecorator } from './checked';

export const httpCacheMetadata = 'tiercel:http_cache';

export interface HttpCacheOptions {
  /**
   * Whether the response tells browsers and proxies how long they may keep it: `max-age` is its whole life in seconds, `Age` what has passed of it.
   * `public` where `@CacheScope` says so, `private` where it names a user; without a scope, `Vary` says that credentials matter.
   * A `Cache-Control` of the handler's own is left as it is.
   * @defaultValue `true`
   */
  readonly cacheControl?: boolean;
  /**
   * Whether the response carries a weak `ETag`, made once for each stored answer, and a request that names it in `If-None-Match` gets a 304.
   * An `ETag` of the handler's own is used instead. It is stored beside the body: what `cache.get` gives is then more than the body.
   * @defaultValue `true`
   */
  readonly etag?: boolean;
}

/** Lets browsers and proxies cache, too: on a handler, or on a controller for all of its handlers. Concerns stored answers alone. */
export const HttpCache = (options: HttpCacheOptions = {}): CustomDecorator =>
  SetMetadata(httpCacheMetadata, checkDecorator('@HttpCache', options, httpCacheOptions));

const httpCacheOptions = shape<HttpCacheOptions>({ cacheControl: optional(flag, true), etag: optional(flag, true) });
