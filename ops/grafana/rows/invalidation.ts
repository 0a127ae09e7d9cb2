import type { Row } from '../layout';
import { bands, graph, type Words } from '../panel';
import { chosen, increaseOf, percentileOf, rateOf, shared, sum } from '../queries';

export const hearing: Words = [
  ['away', 'red'],
  ['up', 'green'],
];

/** By {@link hearing}. */
export const heard = shared('cache_bus_up');

const lag = shared('cache_bus_lag_seconds_bucket');

export const invalidation: Row = {
  title: 'Invalidation',
  lines: [
    [
      graph({
        title: 'Pending',
        description: 'Keys that layer 2 still has to delete: more and more while it is away, none soon after it is back.',
        unit: 'short',
        queries: { '{{cache}}': sum(chosen('cache_pending_invalidations'), 'cache') },
      }),
      bands({
        title: 'Bus',
        description:
          'As each process sees it: while it is away, changes of the others are seen up to 30 s late. Whichever cache is chosen.',
        words: hearing,
        queries: { '{{instance}} {{cache}}': heard },
      }),
    ],
    [
      graph({
        title: 'Messages of the bus',
        description: 'With n processes each that is sent is received n − 1 times. Whichever cache is chosen.',
        unit: 'ops',
        queries: { '{{direction}}': sum(rateOf(shared('cache_bus_messages_total')), 'direction') },
      }),
      graph({
        title: 'Gaps of the bus',
        description: 'Each empties layer 1 of a process. One belongs to every outage. Whichever cache is chosen.',
        unit: 'short',
        queries: { '{{instance}} {{cache}}': sum(increaseOf(shared('cache_bus_gaps_total')), 'instance, cache') },
      }),
      graph({
        title: 'Lag of the bus',
        description:
          'From a process through the server and back: for so long others may still read what was deleted. Whichever cache is chosen.',
        unit: 's',
        queries: { p50: percentileOf(50, lag), p99: percentileOf(99, lag) },
      }),
    ],
  ],
};
