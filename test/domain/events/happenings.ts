import type { CacheEventName } from '../../../src/domain/events/cache-events';
import { cacheHappenings, type CacheFacts } from '../../../src/domain/events/events';
import { noFacts, type Happening } from '../../../src/domain/events/happening';
import { l2Happenings, type L2Facts } from '../../../src/domain/events/l2-events';
import { testKey } from '../../../src/testing/suite-tools';

const key = testKey('a');

/** The names that `cache.on` takes. */
export const eventNames: readonly CacheEventName[] = [
  ...(['hit', 'miss', 'set', 'del', 'clear', 'tags', 'load', 'stale', 'refresh', 'evict', 'error', 'pending', 'gap'] as const),
  ...(['down', 'recovering', 'up'] as const),
];

/** Facts for each happening of a namespace. */
export const cacheFacts: CacheFacts = {
  hit: { key, tier: 'l2' },
  miss: { key },
  set: { key, outcome: 'pending' },
  delete: { key, outcome: 'done' },
  clear: { outcome: 'done' },
  tags: { mode: 'remove', outcome: 'done' },
  pending: { key },
  load: { key, outcome: 'stored', durationMs: 12 },
  lease: { outcome: 'taken' },
  fence: { key, by: 'lease' },
  stale: { key, reason: 'error', ageMs: 3_000 },
  refresh: { key, outcome: 'failed' },
  backgroundFailure: { key, error: new Error('no database') },
  evict: { count: 3 },
  invalidate: { count: 2 },
  coalesce: noFacts,
  payload: { direction: 'read', length: 40 },
  reject: { key, when: 'read', reason: 'tampered', cause: undefined },
};

/** Facts for each happening of L2. */
export const l2Facts: L2Facts = {
  down: { reason: 'connection lost' },
  recovering: { downMs: 5 },
  up: { downMs: 10 },
  writesRefused: { reason: 'OOM' },
  writesAccepted: noFacts,
  failure: { error: new Error('timed out') },
  skip: noFacts,
  deadlineExceeded: { operation: 'read' },
  breaker: { state: 'open' },
  message: { direction: 'sent' },
  gap: noFacts,
  busLag: { ms: 7 },
  busDown: { reason: undefined },
  busUp: noFacts,
};

type AnyFacts = Readonly<Record<string, string>>;

/** A row of either table. */
export type AnyHappening = Happening<AnyFacts>;

export interface Row {
  readonly name: string;
  readonly happening: AnyHappening;
  readonly facts: AnyFacts;
}

export const cacheRows = rowsOf(cacheHappenings, cacheFacts);

export const l2Rows = rowsOf(l2Happenings, l2Facts);

function rowsOf<T extends object>(table: { readonly [N in keyof T]: unknown }, facts: T): readonly Row[] {
  return Object.entries(facts).map(([name, given]) => ({
    name,
    happening: table[name as keyof T] as AnyHappening,
    facts: given as AnyFacts,
  }));
}
