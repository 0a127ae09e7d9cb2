import type { CacheEntry } from '../../../domain/reading/read-result';
import type { RouteConfig } from '../route/route-config';
import type { OwnPart } from './cache-status';
import { entityTag, isKnown } from './entity-tag';
import type { HttpExchange } from './http-exchange';
import { tellAge, tellLife, neverStored, addVary, membersOf } from './response-headers';
import { unpack, type Answer } from './stored-response';

const notModified = 304;

/** Gives a call its answer: writes what belongs to the response, and returns the body. */
export function deliver(
  entry: CacheEntry<unknown>,
  { ran }: OwnPart,
  { exchange, config }: { readonly exchange: HttpExchange | undefined; readonly config: RouteConfig },
): unknown {
  const answer = unpack(entry.value);
  if (exchange === undefined || exchange.isAnswered) return answer.body;
  if (!ran || entry.from !== 'loader') replay(exchange, answer);
  if (config.writesCacheControl && (entry.outcome === undefined || entry.outcome === 'stored')) tellLife(exchange, config, entry);
  // A `max-age` that the route itself gives began when its handler ran.
  else if (entry.from !== 'loader' && exchange.header('cache-control') !== undefined) tellAge(exchange, entry);
  if (config.hasEtag && isUnchanged(exchange, answer)) {
    exchange.status = notModified;
    return undefined;
  }
  return answer.body;
}

function replay(exchange: HttpExchange, { status, headers }: Answer): void {
  if (status !== undefined) exchange.status = status;
  for (const [name, value] of Object.entries(headers)) {
    // Who can write into the cache is not to choose what no answer of ours would have.
    if (neverStored.has(name.toLowerCase())) continue;
    if (name === 'vary') addVary(exchange, membersOf(value));
    else exchange.setHeader(name, value);
  }
}

/** Tags the response, and tells whether who asks has that very one. */
function isUnchanged(exchange: HttpExchange, { body, etag }: Answer): boolean {
  const own = exchange.header('etag');
  const tag = own ?? etag ?? entityTag(body);
  if (tag === undefined) return false;
  if (own === undefined) exchange.setHeader('ETag', tag);
  return exchange.status === 200 && isKnown(exchange, tag);
}
