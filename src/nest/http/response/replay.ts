import type { CacheEntry } from '../../../domain/reading/read-result';
import type { RouteConfig } from '../route/route-config';
import { writeAge, writeCacheControl } from './cache-control-header';
import type { RunFacts } from './cache-status';
import { tagWhenSent } from './entity-tag';
import type { HttpExchange } from './http-exchange';
import { addVary, membersOf } from './response-headers';
import { writeTags } from './tag-headers';
import { unpack, type StoredResponse } from './stored-response';

interface Recipient {
  readonly exchange: HttpExchange | undefined;
  readonly config: RouteConfig;
}

/** Writes status and headers of an entry to the response of a call, and returns the body. */
export function writeResponse(entry: CacheEntry<unknown>, { ran }: RunFacts, { exchange, config }: Recipient): unknown {
  const answer = unpack(entry.value);
  if (exchange === undefined || exchange.isAnswered) return answer.body;
  if (!ran || entry.from !== 'loader') replayHead(exchange, answer);
  writeLifetime(exchange, config, entry);
  if (config.tags !== undefined) writeTags(exchange, config.tags, entry.tags);
  if (config.hasEtag) tagWhenSent(exchange);
  return config.isRendered ? copyOf(answer.body) : answer.body;
}

function writeLifetime(exchange: HttpExchange, config: RouteConfig, entry: CacheEntry<unknown>): void {
  if (config.writesCacheControl && (entry.outcome === undefined || entry.outcome === 'stored')) writeCacheControl(exchange, config, entry);
  // The lifetime that a response states begins when its handler ran.
  if (entry.from === 'loader') return;
  if (statesLifetime(exchange)) writeAge(exchange, entry);
}

function statesLifetime(exchange: HttpExchange): boolean {
  return exchange.header('cache-control') !== undefined || exchange.header('expires') !== undefined || exchange.header('age') !== undefined;
}

function replayHead(exchange: HttpExchange, { status, headers }: StoredResponse): void {
  if (status !== undefined) exchange.status = status;
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'vary') addVary(exchange, membersOf(value));
    else exchange.setHeader(name, value);
  }
}

/** Express adds the locals of one response to the object that it renders. */
function copyOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? { ...body } : body;
}
