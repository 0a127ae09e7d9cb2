import type { CacheEvent, PayloadRejection, StaleReason, Tier } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { CacheEvents } from './cache-events';
import type { Happenings, NoFacts } from './happening';

/** Everything that is reported of one namespace, with its facts. */
export interface CacheFacts extends Pick<
  CacheEvents,
  'hit' | 'miss' | 'set' | 'clear' | 'tags' | 'pending' | 'load' | 'refresh' | 'evict'
> {
  readonly delete: CacheEvents['del'];
  /** Before a load, L2 was asked for a lease. `shared`: another process has one; `waited`: its value came. */
  readonly lease: { readonly outcome: 'taken' | 'shared' | 'waited' };
  /** A loaded value was not kept, because the key was changed during the load. */
  readonly fence: { readonly key: SanitizedKey; readonly by: 'invalidation' | 'lease' };
  /** `ageMs`: since the value expired. */
  readonly stale: { readonly key: SanitizedKey; readonly reason: StaleReason; readonly ageMs: number };
  /** A loader threw in the background. */
  readonly backgroundFailure: { readonly key: SanitizedKey; readonly error: unknown };
  /** A delete, a clear or another process removed entries from L1. */
  readonly invalidate: { readonly count: number };
  /** A caller shared the read or load of another one. */
  readonly coalesce: NoFacts;
  /** `length`: in UTF-16 units; to count bytes, each character would have to be read. */
  readonly payload: { readonly direction: 'read' | 'written'; readonly length: number };
  /** `read`: the payload that L2 holds is not used. `write`: a value is not sent to L2 and stays in L1. */
  readonly reject: {
    readonly key: SanitizedKey;
    readonly when: 'read' | 'write';
    readonly reason: PayloadRejection;
    readonly cause: CacheError | undefined;
  };
}

// An L1 hit, a miss and a shared load allocate no sink event.
const hits: Readonly<Record<Tier, CacheEvent>> = {
  l1: Object.freeze({ name: 'hit', tier: 'l1' }),
  l2: Object.freeze({ name: 'hit', tier: 'l2' }),
};
const miss: CacheEvent = Object.freeze({ name: 'miss' });
const join: CacheEvent = Object.freeze({ name: 'join' });

const outcomes = { by: 'outcome', words: ['done', 'pending'] } as const;

/** From a row follow the counter, the sink event, the listeners' event, the log line and the metric. docs/events.md is written from this table. */
export const cacheHappenings = {
  hit: {
    by: 'tier',
    words: ['l1', 'l2'],
    stats: 'hitsByTier',
    metric: 'cache_hits',
    sink: ({ tier }: Pick<CacheFacts['hit'], 'tier'>) => hits[tier],
    event: { name: 'hit', of: ({ key, tier }) => ({ key, tier }) },
  },
  miss: { stats: 'misses', metric: 'cache_misses', sink: () => miss, event: { name: 'miss', of: ({ key }) => ({ key }) } },
  set: {
    ...outcomes,
    stats: 'writes.set',
    metric: 'cache_writes',
    sink: ({ outcome }) => ({ name: 'write', operation: 'set', outcome }),
    event: { name: 'set', of: ({ key, outcome }) => ({ key, outcome }) },
  },
  delete: {
    ...outcomes,
    stats: 'writes.delete',
    metric: 'cache_writes',
    sink: ({ outcome }) => ({ name: 'write', operation: 'delete', outcome }),
    event: { name: 'del', of: ({ key, outcome }) => ({ key, outcome }) },
  },
  clear: {
    ...outcomes,
    stats: 'writes.clear',
    metric: 'cache_writes',
    sink: ({ outcome }) => ({ name: 'write', operation: 'clear', outcome }),
    event: { name: 'clear', of: ({ outcome }) => ({ outcome }) },
  },
  tags: {
    ...outcomes,
    stats: 'tagInvalidations',
    metric: 'cache_tag_invalidations',
    sink: ({ mode, outcome }) => ({ name: 'tags', mode, outcome }),
    event: { name: 'tags', of: ({ mode, outcome }) => ({ mode, outcome }) },
  },
  pending: { event: { name: 'pending', of: ({ key }) => ({ key }) } },
  load: {
    by: 'outcome',
    words: ['stored', 'fenced', 'skipped', 'failed'],
    stats: 'loads',
    metric: 'cache_loads',
    duration: {
      metric: 'cache_load_seconds',
      name: ({ outcome }) => loadDurations[outcome],
      ms: ({ durationMs }) => durationMs,
    },
    sink: ({ durationMs, outcome }) => ({ name: 'load', outcome, durationMs }),
    event: { name: 'load', of: ({ durationMs, key, outcome }) => ({ key, outcome, durationMs }) },
  },
  lease: {
    by: 'outcome',
    words: ['taken', 'shared', 'waited'],
    stats: 'leases',
    metric: 'cache_leases',
    sink: ({ outcome }) => ({ name: 'lease', outcome }),
  },
  fence: {
    by: 'by',
    words: ['invalidation', 'lease'],
    stats: 'fenced',
    metric: 'cache_fenced',
    sink: ({ by }) => ({ name: 'fence', by }),
    log: [
      {
        level: 'debug',
        text: ({ by, key }) =>
          `a loaded value of '${key}' was not kept: ${by === 'lease' ? 'L2 holds its lease no longer' : 'the key was changed'}`,
      },
    ],
  },
  stale: {
    by: 'reason',
    words: ['revalidate', 'error', 'unreachable'],
    stats: 'staleServed',
    metric: 'cache_stale_served',
    duration: { metric: 'cache_stale_age_seconds', name: ({ reason }) => staleDurations[reason], ms: ({ ageMs }) => ageMs },
    sink: ({ ageMs, reason }) => ({ name: 'stale', reason, ageMs }),
    event: { name: 'stale', of: ({ key }) => ({ key }) },
  },
  refresh: {
    by: 'outcome',
    words: ['done', 'failed'],
    stats: 'refreshes',
    metric: 'cache_refreshes',
    sink: ({ outcome }) => ({ name: 'refresh', outcome }),
    event: { name: 'refresh', of: ({ key, outcome }) => ({ key, outcome }) },
  },
  backgroundFailure: {
    event: { name: 'error', of: ({ error, key }) => ({ error, key }) },
    log: [{ level: 'debug', text: ({ key }) => `refreshing '${key}' in the background failed` }],
  },
  evict: {
    amount: ({ count }) => count,
    stats: 'evictions.size',
    metric: 'cache_evictions',
    sink: ({ count }) => ({ name: 'evict', count }),
    event: { name: 'evict', of: ({ count }) => ({ count }) },
  },
  invalidate: {
    amount: ({ count }) => count,
    stats: 'evictions.invalidated',
    metric: 'cache_evictions',
    sink: ({ count }) => ({ name: 'invalidate', count }),
  },
  coalesce: { stats: 'stampedesAvoided', metric: 'cache_stampedes_avoided', sink: () => join },
  payload: {
    by: 'direction',
    words: ['read', 'written'],
    amount: ({ length }) => length,
    stats: 'payloadBytes',
    metric: 'cache_payload_bytes',
    sink: ({ direction, length }) => ({ name: 'payload', direction, bytes: length }),
  },
  reject: {
    by: 'reason',
    words: ['version', 'malformed', 'sealed', 'tampered', 'unknown_key', 'schema', 'oversized', 'unsealed', 'unencodable'],
    stats: 'rejected',
    metric: 'cache_payloads_rejected',
    sink: ({ reason }) => ({ name: 'reject', reason }),
    event: {
      name: 'error',
      of: ({ cause, key, reason }) => ({ error: rejectionError(reason, cause), key }),
      // The same code makes such a value with every call.
      once: ({ reason }) => (reason === 'unencodable' ? reason : undefined),
    },
    log: [
      {
        level: 'debug',
        text: ({ key, reason, when }) => (when === 'read' ? `the payload that L2 holds for '${key}' was not used: ${reason}` : undefined),
      },
      { level: 'warn', text: rejectionWarning, once: ({ reason }) => reason },
    ],
  },
} as const satisfies Happenings<CacheFacts>;

const loadDurations = { stored: 'loadStored', fenced: 'loadFenced', skipped: 'loadSkipped', failed: 'loadFailed' } as const;

const staleDurations = { revalidate: 'staleRevalidate', error: 'staleError', unreachable: 'staleUnreachable' } as const;

const rejectionText: Readonly<Record<PayloadRejection, string>> = {
  version: 'a payload of another wire version was not used',
  malformed: 'a damaged or foreign payload was not used',
  sealed: 'a payload was not opened: it is sealed and no cipher is set, or plain although one is set, or the cipher refused it',
  tampered: 'a payload was not opened: it was changed, or moved from another key',
  unknown_key: 'a payload was not opened: it was sealed under an unknown key',
  schema: 'a value did not match its schema, or the schema threw or was asynchronous',
  oversized: 'a payload was larger than maxPayloadBytes',
  unsealed: 'a value could not be sealed, and was not sent to L2',
  unencodable:
    'a value cannot go to L2, because it would come back changed: a function, a cycle, an instance of a class, or a Set of more than 5 000 numbers; return plain data instead',
};

function rejectionWarning({ cause, reason, when }: CacheFacts['reject']): string | undefined {
  const text = rejectionText[reason];
  if (when === 'write') return cause === undefined ? `${text}; it stays in L1` : `${text}; it stays in L1: ${cause.code}`;
  if (reason === 'tampered') return `${text}; another program writes to L2`;
  return cause && `${text}; ${cause.message}`;
}

function rejectionError(reason: PayloadRejection, cause: CacheError | undefined): CacheError {
  return new CacheError('CACHE_PAYLOAD_REJECTED', rejectionText[reason], { reason, ...(cause === undefined ? {} : { cause }) });
}
