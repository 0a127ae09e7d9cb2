import type { Row } from '../layout';
import { bands, graph, type Words } from '../panel';
import { chosen, increase, rate, sum } from '../queries';

export const reachability: Words = [
  ['away', 'red'],
  ['refuses writes', 'orange'],
  ['up', 'green'],
];

/** By {@link reachability}. */
export const reached = `2 * ${chosen('cache_l2_up')} - ${chosen('cache_l2_refusing_writes')}`;

const breakerStates: Words = [
  ['closed', 'green'],
  ['half-open', 'orange'],
  ['open', 'red'],
];

const halfOpen = chosen('cache_breaker_state', 'state="half-open"');
const open = chosen('cache_breaker_state', 'state="open"');

export const layer2: Row = {
  title: 'Layer 2 and breaker',
  lines: [
    [
      bands({
        title: 'Layer 2',
        description: 'As each process sees it.',
        words: reachability,
        queries: { '{{instance}} {{cache}}': reached },
      }),
      bands({
        title: 'Circuit breaker',
        description: 'It opens when too many calls fail or are slow; half-open it lets one trial through.',
        words: breakerStates,
        queries: { '{{instance}} {{cache}}': `${halfOpen} + ignoring(state) 2 * ${open}` },
      }),
    ],
    [
      graph({
        title: 'Calls without an answer',
        description: 'failed: refused, broken off or too slow. overrun: too slow. skipped: not asked, since layer 2 was known to be away.',
        unit: 'ops',
        queries: {
          failed: sum(rate('cache_l2_failures_total')),
          'overrun {{operation}}': sum(rate('cache_deadline_overruns_total'), 'operation'),
          skipped: sum(rate('cache_l2_skipped_total')),
        },
      }),
      graph({
        title: 'Changes of state',
        description: 'Outages that were too short for a scrape to see show here.',
        unit: 'short',
        queries: {
          'layer 2 {{state}}': sum(increase('cache_l2_transitions_total'), 'state'),
          'breaker {{state}}': sum(increase('cache_breaker_transitions_total'), 'state'),
        },
      }),
    ],
  ],
};
