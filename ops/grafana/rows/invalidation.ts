import type { Row } from '../layout';
import { bands, graph, type Words } from '../panel';
import { chosen, increaseOf, percentileOf, rateOf, shared, sum } from '../queries';

export const busWords: Words = [
  ['away', 'red'],
  ['up', 'green'],
];

/** By {@link busWords}. */
export const busUp = shared('cache_bus_up');

const lag = shared('cache_bus_lag_seconds_bucket');

export const invalidation: Row = {
  title: 'Invalidation',
  lines: [
    [
      graph({
        title: 'Pending',
        description: 'Keys and tags that L2 still has to remove: they grow while it is down, and are none soon after it is up.',
        unit: 'short',
        queries: { '{{cache}}': sum(chosen('cache_pending_invalidations'), 'cache') },
      }),
      bands({
        title: 'Bus',
        description:
          'As each process sees it: while it is away, changes of the others are seen up to 30 s late. Independent of the chosen cache.',
        words: busWords,
        queries: { '{{instance}} {{cache}}': busUp },
      }),
    ],
    [
      graph({
        title: 'Messages of the bus',
        description: 'With n processes each message that is sent is received n − 1 times. Independent of the chosen cache.',
        unit: 'ops',
        queries: { '{{direction}}': sum(rateOf(shared('cache_bus_messages_total')), 'direction') },
      }),
      graph({
        title: 'Gaps of the bus',
        description: 'Each gap empties L1 of a process. Every outage has one. Independent of the chosen cache.',
        unit: 'short',
        queries: { '{{instance}} {{cache}}': sum(increaseOf(shared('cache_bus_gaps_total')), 'instance, cache') },
      }),
      graph({
        title: 'Lag of the bus',
        description:
          'From a process through the server and back: for so long others may still read what was deleted. Independent of the chosen cache.',
        unit: 's',
        queries: { p50: percentileOf(50, lag), p99: percentileOf(99, lag) },
      }),
    ],
  ],
};
