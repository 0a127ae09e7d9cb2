import { cacheHappenings } from '../../domain/events/events';
import { l2Happenings } from '../../domain/events/l2-events';
import type { CacheStats } from '../../ports/cache-stats';
import { each, one, timed, type Instrument } from './instrument';

type Layer2 = NonNullable<CacheStats['l2']>;

// A metric that counts a happening has the name and the words of its row.
const { hit, miss, set, load, stale, refresh, evict, coalesce, payload, reject } = cacheHappenings;
const { up, failure, skip, deadlineExceeded, breaker, message, gap, busLag } = l2Happenings;

const seconds = { kind: 'histogram', unit: 's' } as const;

const counter = { kind: 'counter' } as const;

const gauge = { kind: 'gauge' } as const;

/** Every instrument that there is: what is exported, and what the documentation says, is made from this. */
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
      one(({ gets, hitRate }) => known(gets, hitRate)),
      one(({ lastMinute: { hits, misses, hitRate } }) => known(hits + misses, hitRate), { window: '1m' }),
    ],
  },
  {
    name: evict.metric,
    ...counter,
    unit: '{item}',
    description: 'Items that left layer 1: for want of room, because their time was up, or by a delete, a clear or another process.',
    series: each('reason', ['size', 'expired', 'invalidated'], (s) => s.evictions),
  },
  {
    name: 'cache_latency_seconds',
    ...seconds,
    description: 'What one operation takes in one tier. Hits of layer 1 are sampled; a loader is not part of it.',
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
    description: 'Items in layer 1 now, those included whose time is up and which nobody has come upon.',
    series: [one((s) => s.count)],
  },
  {
    name: 'cache_memory_bytes',
    ...gauge,
    unit: 'By',
    description: 'Memory that layer 1 takes: the estimate that `primary.maxBytes` bounds.',
    series: [one((s) => s.bytes)],
  },
  {
    name: set.metric,
    ...counter,
    unit: '{write}',
    description: 'Writes by what became of them. pending: layer 2 did not take it, or has not answered yet (nonBlocking).',
    series: (['set', 'delete', 'clear'] as const).flatMap((operation) =>
      each(set.by, set.words, (s) => s.writes[operation], { operation }),
    ),
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
    description: 'How long loaders took.',
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
    description: 'Callers who got the outcome of a read or load that somebody else had begun.',
    series: [one((s) => s.stampedesAvoided)],
  },
  {
    name: refresh.metric,
    ...counter,
    unit: '{refresh}',
    description: 'Values that were loaded behind, while an older one was served.',
    series: each(refresh.by, refresh.words, (s) => s.refreshes),
  },
  {
    name: stale.metric,
    ...counter,
    unit: '{value}',
    description: 'Old values that were served. error: the load failed or was too slow. unreachable: layer 2 could not be asked.',
    series: each(stale.by, stale.words, (s) => s.staleServed),
  },
  {
    name: stale.duration.metric,
    ...seconds,
    description: 'For how long the old values that were served had been expired.',
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
    description: 'Size of what was read from and written to layer 2, in UTF-16 units: bytes, as long as it is ASCII or sealed.',
    series: each(payload.by, payload.words, (s) => s.l2 && s.payloadBytes),
  },
  {
    name: reject.metric,
    ...counter,
    unit: '{payload}',
    description: 'Payloads of layer 2 that were not used, and values that were not sent there.',
    series: each(reject.by, reject.words, (s) => s.l2 && s.rejected),
  },
  {
    name: 'cache_pending_invalidations',
    ...gauge,
    unit: '{key}',
    description: 'Keys that layer 2 still has to delete. It stands at maxPending when everything has to be deleted.',
    series: [one((s) => s.l2 && Math.min(s.pending, s.maxPending))],
  },
  {
    name: 'cache_l2_up',
    ...gauge,
    unit: '',
    description: '1 while layer 2 is used, 0 while it is away or being told what it missed. Absent until it was tried for the first time.',
    shared: true,
    series: [one(({ l2 }) => l2 && tried(l2, flag(l2.state === 'up')))],
  },
  {
    name: 'cache_l2_refusing_writes',
    ...gauge,
    unit: '',
    description: '1 while layer 2 answers reads and refuses writes: it is full, read-only, or does not permit them.',
    shared: true,
    series: [one(({ l2 }) => l2 && flag(l2.refusesWrites))],
  },
  {
    name: up.metric,
    ...counter,
    unit: '{transition}',
    description: 'How often layer 2 came into each state.',
    shared: true,
    series: each('state', ['up', 'down', 'recovering'], ({ l2 }) => l2?.transitions),
  },
  {
    name: failure.metric,
    ...counter,
    unit: '{call}',
    description: 'Calls that layer 2 did not answer, or refused.',
    shared: true,
    series: [one(({ l2 }) => l2?.failures)],
  },
  {
    name: skip.metric,
    ...counter,
    unit: '{call}',
    description: 'Calls that were answered without layer 2, because it was known to be away, or was not connected in time.',
    shared: true,
    series: [one(({ l2 }) => l2?.skipped)],
  },
  {
    name: deadlineExceeded.metric,
    ...counter,
    unit: '{call}',
    description: 'Commands that layer 2 did not answer within their deadline. The reads of one turn are one command.',
    shared: true,
    series: each(deadlineExceeded.by, deadlineExceeded.words, ({ l2 }) => l2?.overruns),
  },
  {
    name: 'cache_breaker_state',
    ...gauge,
    unit: '',
    description: '1 for the state that the circuit breaker is in, 0 for the others. Absent without a breaker.',
    shared: true,
    series: breaker.words.map((state) => one(({ l2 }) => breakerIn(state, l2), { state })),
  },
  {
    name: breaker.metric,
    ...counter,
    unit: '{transition}',
    description: 'How often the circuit breaker came into each state.',
    shared: true,
    series: each(breaker.by, breaker.words, ({ l2 }) => l2?.breakerTransitions),
  },
  {
    name: 'cache_bus_up',
    ...gauge,
    unit: '',
    description: '1 while this process hears what others change, 0 while it does not. Absent without a bus, and until it was tried.',
    shared: true,
    series: [one(({ l2 }) => (l2?.bus.up === undefined ? undefined : tried(l2, flag(l2.bus.up))))],
  },
  {
    name: message.metric,
    ...counter,
    unit: '{message}',
    description: 'Invalidations sent to other processes, and received from them. One message tells the keys of one turn.',
    shared: true,
    series: each(message.by, message.words, ({ l2 }) => l2?.bus),
  },
  {
    name: gap.metric,
    ...counter,
    unit: '{gap}',
    description: 'How often messages may have been lost, and layer 1 was emptied.',
    shared: true,
    series: [one(({ l2 }) => l2?.bus.gaps)],
  },
  {
    name: busLag.duration.metric,
    ...seconds,
    description: 'How long a message takes through the server and back to its sender. One at a time is timed.',
    shared: true,
    series: [timed('busLag')],
  },
];

function known(count: number, value: number): number | undefined {
  return count === 0 ? undefined : value;
}

/** Layer 2 comes into a state by being tried: it connects with the first use, and a cache that nobody has used yet is no outage. */
function tried({ transitions: { down, recovering, up } }: Layer2, value: number): number | undefined {
  return known(up + down + recovering, value);
}

function flag(is: boolean): number {
  return is ? 1 : 0;
}

function breakerIn(state: Layer2['breaker'], l2: Layer2 | undefined): number | undefined {
  return l2?.breaker === undefined ? undefined : flag(l2.breaker === state);
}
