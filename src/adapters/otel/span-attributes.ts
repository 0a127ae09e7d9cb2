import type { Attributes } from '@opentelemetry/api';
import type { SpanFacts, SpanOperation } from '../../ports/traces';

/**
 * The attributes that a span has from the start, so that a sampler can read them. `db.*` are OpenTelemetry's names; it has none for caches yet,
 * and `cache.hit` is the name that other libraries use.
 */
export function spanAttributes(cache: string): Readonly<Record<SpanOperation, Attributes>> {
  const name = { 'cache.name': cache };
  const operation = (word: SpanOperation): Attributes => ({
    ...name,
    'db.system.name': 'tiercel',
    'db.namespace': cache,
    'db.operation.name': word,
  });
  return { get: operation('get'), wrap: operation('wrap'), refresh: operation('refresh'), load: name };
}

/** The attributes of the result. */
export function resultAttributes({ isStale, loadOutcome, tier }: SpanFacts): Attributes {
  const outcome = loadOutcome === undefined ? {} : { 'cache.load.outcome': loadOutcome };
  if (tier === undefined) return { 'cache.hit': false, ...outcome };
  return { 'cache.hit': true, 'cache.tier': tier, 'cache.stale': isStale };
}
