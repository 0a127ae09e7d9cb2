import type { Row } from '../layout';
import { graph } from '../panel';
import { chosen, increase, percentile, rate, sum } from '../queries';

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
      graph({
        title: 'Messages of the bus',
        description: 'With n processes each that is sent is received n − 1 times.',
        unit: 'ops',
        queries: { '{{direction}}': sum(rate('cache_bus_messages_total'), 'direction') },
      }),
    ],
    [
      graph({
        title: 'Gaps of the bus',
        description: 'Each empties layer 1 of a process. One belongs to every outage.',
        unit: 'short',
        queries: { '{{instance}} {{cache}}': sum(increase('cache_bus_gaps_total'), 'instance, cache') },
      }),
      graph({
        title: 'Lag of the bus',
        description: 'From a process through the server and back: for so long others may still read what was deleted.',
        unit: 's',
        queries: { p50: percentile(50, 'cache_bus_lag_seconds'), p99: percentile(99, 'cache_bus_lag_seconds') },
      }),
    ],
  ],
};
