import type { Attributes } from '@opentelemetry/api';
import type { SpanFacts, SpanOperation } from '../../ports/traces';

/**
 * What a span says from the start, so that a sampler can see it. `db.*` are OpenTelemetry's own names; for caches it has none yet, and
 * `cache.hit` is what others call it.
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

/** What a span says once it is known. */
export function landingAttributes({ isStale, loadOutcome, tier }: SpanFacts): Attributes {
  const outcome = loadOutcome === undefined ? {} : { 'cache.load.outcome': loadOutcome };
  if (tier === undefined) return { 'cache.hit': false, ...outcome };
  return { 'cache.hit': true, 'cache.tier': tier, 'cache.stale': isStale };
}
