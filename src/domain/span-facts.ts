import type { SpanFacts } from '../ports/traces';
import type { Landing } from './landing';

const absent: SpanFacts = Object.freeze({ tier: undefined, isStale: false, loadOutcome: undefined });

/** @param landing - `undefined` where nothing was found */
export function spanFacts(landing: Landing | undefined): SpanFacts {
  if (landing === undefined) return absent;
  const { age, from, outcome } = landing;
  return { tier: from === 'loader' ? undefined : from, isStale: age === 'stale' || age === 'spare', loadOutcome: outcome };
}
