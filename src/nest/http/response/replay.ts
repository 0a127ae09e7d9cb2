import type { CacheEntry } from '../../../domain/reading/read-result';
import type { RouteConfig } from '../route/route-config';
import type { RunFacts } from './cache-status';
import { entityTag, isKnownToClient } from './entity-tag';
import type { HttpExchange } from './http-exchange';
import { writeAge, writeCacheControl, neverStored, addVary, membersOf } from './response-headers';
import { unpack, type StoredResponse } from './stored-response';

const notModified = 304;

/** Gives a call its answer: writes what belongs to the response, and returns the body. */
export function writeResponse(
  entry: CacheEntry<unknown>,
  { ran }: RunFacts,
  { exchange, config }: { readonly exchange: HttpExchange | undefined; readonly config: RouteConfig },
): unknown {
  const answer = unpack(entry.value);
  if (exchange === undefined || exchange.isAnswered) return answer.body;
  if (!ran || entry.from !== 'loader') replayHead(exchange, answer);
  if (config.writesCacheControl && (entry.outcome === undefined || entry.outcome === 'stored')) writeCacheControl(exchange, config, entry);
  // A `max-age` that the route itself gives began when its handler ran.
  else if (entry.from !== 'loader' && exchange.header('cache-control') !== undefined) writeAge(exchange, entry);
  if (config.hasEtag && isUnchanged(exchange, answer)) {
    exchange.status = notModified;
    return undefined;
  }
  return answer.body;
}

function replayHead(exchange: HttpExchange, { status, headers }: StoredResponse): void {
  if (status !== undefined) exchange.status = status;
  for (const [name, value] of Object.entries(headers)) {
    // Who can write into the cache is not to choose what no answer of ours would have.
    if (neverStored.has(name.toLowerCase())) continue;
    if (name === 'vary') addVary(exchange, membersOf(value));
    else exchange.setHeader(name, value);
  }
}

/** Tags the response, and tells whether who asks has that very one. */
function isUnchanged(exchange: HttpExchange, { body, etag }: StoredResponse): boolean {
  const own = exchange.header('etag');
  const tag = own ?? etag ?? entityTag(body);
  if (tag === undefined) return false;
  if (own === undefined) exchange.setHeader('ETag', tag);
  return exchange.status === 200 && isKnownToClient(exchange, tag);
}
