import type { CacheEntry } from '../../domain/cache-entry';
import type { HandlerPlan } from './handler-plan';
import type { HttpExchange } from './http-exchange';
import { addVary } from './list-header';

/** Instead of no end: what caches take for one. */
const yearInSeconds = 31_536_000;

/** `Cache-Control` and `Age`: who reads them takes the one from the other. */
export function tellLife(exchange: HttpExchange, { scope }: HandlerPlan, entry: CacheEntry<unknown>): void {
  const { ageMs, ttlMs, from } = entry;
  if (from !== 'loader') tellAge(exchange, entry);
  if (exchange.header('cache-control') !== undefined) return;
  exchange.setHeader('Cache-Control', `${audience(scope)}max-age=${Math.min(seconds(ageMs + ttlMs), yearInSeconds)}`);
  if (scope === undefined) addVary(exchange, ['authorization', 'cookie']);
}

export function tellAge(exchange: HttpExchange, { ageMs }: Pick<CacheEntry<unknown>, 'ageMs'>): void {
  exchange.setHeader('Age', String(seconds(ageMs)));
}

function audience(scope: HandlerPlan['scope']): string {
  if (scope === undefined) return '';
  return scope === 'public' ? 'public, ' : 'private, ';
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
