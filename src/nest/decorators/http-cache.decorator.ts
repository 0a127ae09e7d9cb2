import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { flag, optional, shape } from '../../domain/options/option-checks';
import { checkDecorator } from './checked';

export const httpCacheMetadata = 'tiercel:http_cache';

export interface HttpCacheOptions {
  /**
   * Whether the response has `Cache-Control` and `Age`. `max-age` is the whole life of the entry in seconds, `Age` the part that has passed.
   * `public` with `@CacheScope('public')`, `private` with another scope. Without a scope, `Vary` lists the headers of credentials. A
   * `Cache-Control` of the handler is left as it is.
   * @defaultValue `true`
   */
  readonly cacheControl?: boolean;
  /**
   * Whether the response has a weak `ETag`, made once for each stored response. A request that has it in `If-None-Match` gets a 304. An `ETag` of
   * the handler is sent as it is. It is stored beside the body, so `cache.get` returns more than the body.
   * @defaultValue `true`
   */
  readonly etag?: boolean;
}

/** Lets browsers and proxies cache stored responses too: of a handler, or of all handlers of a controller. */
export const HttpCache = (options: HttpCacheOptions = {}): CustomDecorator =>
  SetMetadata(httpCacheMetadata, checkDecorator('@HttpCache', options, httpCacheOptions));

const httpCacheOptions = shape<HttpCacheOptions>({ cacheControl: optional(flag, true), etag: optional(flag, true) });
