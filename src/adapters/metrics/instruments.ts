import { cacheHappenings } from '../../domain/events/events';
import { l2Happenings } from '../../domain/events/l2-events';
import type { CacheStats } from '../../ports/cache-stats';
import { each, one, timed, type Instrument } from './instrument';

type L2 = NonNullable<CacheStats['l2']>;

// A metric that counts a happening has the name and the words of its row.
const { hit, miss, set, tags, load, lease, fence, stale, refresh, evict, coalesce, payload, reject } = cacheHappenings;
const { up, failure, skip, deadlineExceeded, breaker, message, gap, busLag } = l2Happenings;

const seconds = { kind: 'histogram', unit: 's' } as const;
const counter = { kind: 'counter' } as const;
const gauge = { kind: 'gauge' } as const;

/** All instruments. The exports and the table of docs/metrics.md are made from them. */
export const instruments: readonly Instrument[] = [
  {
    name: hit.metric,
    ...counter,
    unit: '{hit}',
    description: 'Reads that found an item, by the tier that had it.',
    series: [one((s) => s.hitsByTier.l1, { tier: 'l1' }), one((s) => s.l2 && s.hitsByTier.l2, { tier: 'l2' })],
  },
  {
    name: miss.metric,
    ...counter,
    unit: '{miss}',
    description: 'Reads that found an item in no tier.',
    series: [one((s) => s.misses)],
  },
  {
    name: 'cache_hit_rate',
    ...gauge,
    unit: '',
    description:
      'hits / (hits + misses), from 0 to 1: since the start, and with window="1m" over the last minute. Absent where nothing was read.',
    series: [
      one(({ gets, hitRate }) => unlessNone(gets, hitRate)),
      one(({ lastMinute: { hits, misses, hitRate } }) => unlessNone(hits + misses, hitRate), { window: '1m' }),
    ],
  },
  {
    name: evict.metric,
    ...counter,
    unit: '{item}',
    description: 'Items that left L1: because it was full, because they expired, or by a delete, a clear or another process.',
    series: each('reason', ['size', 'expired', 'invalidated'], (s) => s.evictions),
  },
  {
    name: 'cache_latency_seconds',
    ...seconds,
    description: 'Duration of one operation in one tier. L1 hits are sampled; the loader is not included.',
    series: [
      timed('l1Get', { operation: 'get', tier: 'l1' }),
      timed('l1Set', { operation: 'set', tier: 'l1' }),
      timed('l1Delete', { operation: 'delete', tier: 'l1' }),
      timed('l2Get', { operation: 'get', tier: 'l2' }),
      timed('l2Set', { operation: 'set', tier: 'l2' }),
      timed('l2Delete', { operation: 'delete', tier: 'l2' }),
      timed('l2Clear', { operation: 'clear', tier: 'l2' }),
    ],
  },
  {
    name: 'cache_size',
    ...gauge,
    unit: '{item}',
    description: 'Items in L1 now, including expired ones that were not yet noticed.',
    series: [one((s) => s.count)],
  },
  {
    name: 'cache_memory_bytes',
    ...gauge,
    unit: 'By',
    description: 'Memory of L1: the estimate that `primary.maxBytes` bounds.',
    series: [one((s) => s.bytes)],
  },
  {
    name: set.metric,
    ...counter,
    unit: '{write}',
    description: 'Writes by outcome. pending: L2 has not applied it, or the other processes are not notified yet.',
    series: (['set', 'delete', 'clear'] as const).flatMap((operation) =>
      each(set.by, set.words, (s) => s.writes[operation], { operation }),
    ),
  },
  {
    name: tags.metric,
    ...counter,
    unit: '{call}',
    description: 'Calls that invalidated entries by their tags. pending: as with cache_writes.',
    series: each(tags.by, tags.words, (s) => s.tagInvalidations),
  },
  {
    name: lease.metric,
    ...counter,
    unit: '{load}',
    description:
      'Loads before which L2 was asked for a lease. shared: another process had it; waited: its value came, and nothing was loaded.',
    series: each(lease.by, lease.words, (s) => s.leases),
  },
  {
    name: fence.metric,
    ...counter,
    unit: '{load}',
    description:
      'Loaded values that were not kept, because the key was changed meanwhile. lease: L2 knew of a change before this process did.',
    series: each(fence.by, fence.words, (s) => s.fenced),
  },
  {
    name: load.metric,
    ...counter,
    unit: '{load}',
    description: 'Loaders that ended. fenced: the key was invalidated meanwhile, so the value was returned and not stored.',
    series: each(load.by, load.words, (s) => s.loads),
  },
  {
    name: load.duration.metric,
    ...seconds,
    description: 'Duration of loaders.',
    series: [
      timed('loadStored', { outcome: 'stored' }),
      timed('loadFenced', { outcome: 'fenced' }),
      timed('loadSkipped', { outcome: 'skipped' }),
      timed('loadFailed', { outcome: 'failed' }),
    ],
  },
  {
    name: coalesce.metric,
    ...counter,
    unit: '{caller}',
    description: 'Callers that shared a read or load which another caller had begun.',
    series: [one((s) => s.stampedesAvoided)],
  },
  {
    name: refresh.metric,
    ...counter,
    unit: '{refresh}',
    description: 'Values that were refreshed in the background, while an older one was served.',
    series: each(refresh.by, refresh.words, (s) => s.refreshes),
  },
  {
    name: stale.metric,
    ...counter,
    unit: '{value}',
    description: 'Stale values that were served. error: the load failed or was too slow. unreachable: L2 was out of reach.',
    series: each(stale.by, stale.words, (s) => s.staleServed),
  },
  {
    name: stale.duration.metric,
    ...seconds,
    description: 'Time since expiry of the stale values that were served.',
    series: [
      timed('staleRevalidate', { reason: 'revalidate' }),
      timed('staleError', { reason: 'error' }),
      timed('staleUnreachable', { reason: 'unreachable' }),
    ],
  },
  {
    name: payload.metric,
    ...counter,
    unit: 'By',
    description: 'Size of the payloads read from and written to L2, in UTF-16 units: bytes, as long as they are ASCII or sealed.',
    series: each(payload.by, payload.words, (s) => s.l2 && s.payloadBytes),
  },
  {
    name: reject.metric,
    ...counter,
    unit: '{payload}',
    description: 'Payloads of L2 that were not used, and values that were not sent to L2.',
    series: each(reject.by, reject.words, (s) => s.l2 && s.rejected),
  },
  {
    name: 'cache_pending_invalidations',
    ...gauge,
    unit: '{key}',
    description: 'Keys and tags that L2 still has to remove. It equals maxPending when everything has to be removed.',
    series: [one((s) => s.l2 && Math.min(s.pending, s.maxPending))],
  },
  {
    name: 'cache_leases_held',
    ...gauge,
    unit: '{lease}',
    description: 'Leases that loads of this process hold at present: one for each load that is running.',
    series: [one((s) => s.l2 && s.leasesHeld)],
  },
  {
    name: 'cache_l2_up',
    ...gauge,
    unit: '',
    description: '1 while L2 is up, 0 while it is down or recovering. Absent until the first use of L2.',
    shared: true,
    series: [one(({ l2 }) => l2 && onceUsed(l2, flag(l2.state === 'up')))],
  },
  {
    name: 'cache_l2_refusing_writes',
    ...gauge,
    unit: '',
    description: '1 while L2 answers reads and refuses writes: it is full, read-only, or does not permit them.',
    shared: true,
    series: [one(({ l2 }) => l2 && flag(l2.refusesWrites))],
  },
  {
    name: up.metric,
    ...counter,
    unit: '{transition}',
    description: 'How often L2 entered each state.',
    shared: true,
    series: each('state', ['up', 'down', 'recovering'], ({ l2 }) => l2?.transitions),
  },
  {
    name: failure.metric,
    ...counter,
    unit: '{call}',
    description: 'Calls that L2 did not answer, or refused.',
    shared: true,
    series: [one(({ l2 }) => l2?.failures)],
  },
  {
    name: skip.metric,
    ...counter,
    unit: '{call}',
    description: 'Calls that were answered without L2, because it was known to be down, or was not connected in time.',
    shared: true,
    series: [one(({ l2 }) => l2?.skipped)],
  },
  {
    name: deadlineExceeded.metric,
    ...counter,
    unit: '{call}',
    description: 'Commands that L2 did not answer within their deadline. The reads of one turn are one command.',
    shared: true,
    series: each(deadlineExceeded.by, deadlineExceeded.words, ({ l2 }) => l2?.overruns),
  },
  {
    name: 'cache_breaker_state',
    ...gauge,
    unit: '',
    description: '1 for the state of the circuit breaker, 0 for the other states. Absent without a breaker.',
    shared: true,
    series: breaker.words.map((state) => one(({ l2 }) => breakerIn(state, l2), { state })),
  },
  {
    name: breaker.metric,
    ...counter,
    unit: '{transition}',
    description: 'How often the circuit breaker entered each state.',
    shared: true,
    series: each(breaker.by, breaker.words, ({ l2 }) => l2?.breakerTransitions),
  },
  {
    name: 'cache_bus_up',
    ...gauge,
    unit: '',
    description:
      '1 while this process receives invalidations of other processes, 0 while it does not. Absent without a bus, and until the first use.',
    shared: true,
    series: [one(({ l2 }) => (l2?.bus.up === undefined ? undefined : onceUsed(l2, flag(l2.bus.up))))],
  },
  {
    name: message.metric,
    ...counter,
    unit: '{message}',
    description: 'Messages sent to other processes, and received from them. One message has the keys of one turn.',
    shared: true,
    series: each(message.by, message.words, ({ l2 }) => l2?.bus),
  },
  {
    name: gap.metric,
    ...counter,
    unit: '{gap}',
    description: 'How often messages may have been lost, and L1 was emptied.',
    shared: true,
    series: [one(({ l2 }) => l2?.bus.gaps)],
  },
  {
    name: busLag.duration.metric,
    ...seconds,
    description: 'Time of a message through the server and back to its sender. One message at a time is timed.',
    shared: true,
    series: [timed('busLag')],
  },
];

function unlessNone(count: number, value: number): number | undefined {
  return count === 0 ? undefined : value;
}

/** L2 connects with the first use, so a cache that was never used has no state; it must not look like an outage. */
function onceUsed({ transitions: { down, recovering, up } }: L2, value: number): number | undefined {
  return unlessNone(up + down + recovering, value);
}

function flag(is: boolean): number {
  return is ? 1 : 0;
}

function breakerIn(state: L2['breaker'], l2: L2 | undefined): number | undefined {
  return l2?.breaker === undefined ? undefined : flag(l2.breaker === state);
}
