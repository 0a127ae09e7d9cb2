import type { DeadlineKind } from '../../ports/metrics-sink';
import type { CacheEvents } from './cache-events';
import type { Happenings, NoFacts } from './happening';

/** Everything that is reported of L2, which all namespaces of a cache share, with its facts. */
export interface L2Facts {
  readonly down: CacheEvents['down'];
  /** L2 answers again, and its pending keys are deleted. */
  readonly recovering: CacheEvents['recovering'];
  readonly up: CacheEvents['up'];
  readonly writesRefused: { readonly reason: string };
  readonly writesAccepted: NoFacts;
  readonly failure: { readonly error: unknown };
  /** A call was answered without L2. */
  readonly skip: NoFacts;
  readonly deadlineExceeded: { readonly operation: DeadlineKind };
  readonly breaker: { readonly state: 'closed' | 'open' | 'half-open' };
  readonly message: { readonly direction: 'sent' | 'received' };
  /** Messages of other processes may have been lost. */
  readonly gap: NoFacts;
  /** A message of this process has come back. */
  readonly busLag: { readonly ms: number };
  readonly busDown: { readonly reason: string | undefined };
  readonly busUp: NoFacts;
}

/** As `cacheHappenings`, for L2. The listeners of every namespace receive the events. */
export const l2Happenings = {
  down: {
    stats: 'l2.transitions.down',
    metric: 'cache_l2_transitions',
    sink: () => ({ name: 'tier', state: 'down' }),
    event: { name: 'down', of: ({ reason }) => ({ reason }) },
    log: [
      {
        level: 'warn',
        text: ({ reason }, driver) => `L2 (${driver}) is offline: ${reason}; L1 and the loaders answer until it is back`,
      },
    ],
  },
  recovering: {
    stats: 'l2.transitions.recovering',
    metric: 'cache_l2_transitions',
    sink: () => ({ name: 'tier', state: 'recovering' }),
    event: { name: 'recovering', of: ({ downMs }) => ({ downMs }) },
    log: [{ level: 'info', text: (_, driver) => `L2 (${driver}) answers again; pending deletes are sent before it is read` }],
  },
  up: {
    stats: 'l2.transitions.up',
    metric: 'cache_l2_transitions',
    sink: () => ({ name: 'tier', state: 'up' }),
    event: { name: 'up', of: ({ downMs }) => ({ downMs }) },
    log: [{ level: 'info', text: (_, driver) => `L2 (${driver}) is up` }],
  },
  writesRefused: {
    log: [{ level: 'warn', text: ({ reason }, driver) => `L2 (${driver}) answers reads but refuses writes: ${reason}` }],
  },
  writesAccepted: { log: [{ level: 'info', text: (_, driver) => `L2 (${driver}) accepts writes again` }] },
  failure: {
    stats: 'l2.failures',
    metric: 'cache_l2_failures',
    log: [
      {
        level: 'debug',
        everyMs: 1_000,
        text: ({ error }, driver) => `a call to L2 (${driver}) failed: ${error instanceof Error ? error.message : 'no reason given'}`,
      },
    ],
  },
  skip: {
    stats: 'l2.skipped',
    metric: 'cache_l2_skipped',
    log: [{ level: 'debug', everyMs: 1_000, text: (_, driver) => `L2 (${driver}) is offline: a call was answered without it` }],
  },
  deadlineExceeded: {
    by: 'operation',
    words: ['read', 'write', 'clear'],
    stats: 'l2.overruns',
    metric: 'cache_deadline_overruns',
    sink: ({ operation }) => ({ name: 'late', operation }),
  },
  breaker: {
    by: 'state',
    words: ['closed', 'open', 'half-open'],
    stats: 'l2.breakerTransitions',
    metric: 'cache_breaker_transitions',
    sink: ({ state }) => ({ name: 'breaker', state }),
  },
  message: {
    by: 'direction',
    words: ['sent', 'received'],
    stats: 'l2.bus',
    metric: 'cache_bus_messages',
    sink: ({ direction }) => ({ name: 'message', direction }),
  },
  gap: {
    stats: 'l2.bus.gaps',
    metric: 'cache_bus_gaps',
    sink: () => ({ name: 'gap' }),
    event: { name: 'gap', of: () => ({}) },
    log: [{ level: 'info', text: (_, driver) => `invalidations from other processes may have been lost (${driver}); L1 was emptied` }],
  },
  busLag: { duration: { metric: 'cache_bus_lag_seconds', name: () => 'busLag', ms: ({ ms }) => ms } },
  busDown: {
    log: [
      {
        level: 'warn',
        text: ({ reason = 'no reason given' }, driver) =>
          `the bus of L2 (${driver}) is down: ${reason}; until it is back, this process notices changes of other processes late`,
      },
    ],
  },
  busUp: { log: [{ level: 'info', text: (_, driver) => `the bus of L2 (${driver}) is back` }] },
} as const satisfies Happenings<L2Facts>;
