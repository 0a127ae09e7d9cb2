import type { Row } from '../layout';
import { bands, graph, type Words } from '../panel';
import { increaseOf, rateOf, shared, sum } from '../queries';

export const reachability: Words = [
  ['away', 'red'],
  ['refuses writes', 'orange'],
  ['up', 'green'],
];

/** By {@link reachability}. */
export const reached = `2 * ${shared('cache_l2_up')} - ${shared('cache_l2_refusing_writes')}`;

const breakerStates: Words = [
  ['closed', 'green'],
  ['half-open', 'orange'],
  ['open', 'red'],
];

const halfOpen = shared('cache_breaker_state', 'state="half-open"');
const open = shared('cache_breaker_state', 'state="open"');

export const l2: Row = {
  title: 'L2 and breaker',
  lines: [
    [
      bands({
        title: 'L2',
        description: 'The state in each process. Independent of the chosen cache.',
        words: reachability,
        queries: { '{{instance}} {{cache}}': reached },
      }),
      bands({
        title: 'Circuit breaker',
        description:
          'It opens when too many calls fail or are slow; half-open it lets one trial call through. Independent of the chosen cache.',
        words: breakerStates,
        queries: { '{{instance}} {{cache}}': `${halfOpen} + ignoring(state) 2 * ${open}` },
      }),
    ],
    [
      graph({
        title: 'Calls without an answer',
        description:
          'failed: refused, broken off or too slow. overrun: too slow. skipped: not asked, since L2 was known to be away. Independent of the chosen cache.',
        unit: 'ops',
        queries: {
          failed: sum(rateOf(shared('cache_l2_failures_total'))),
          'overrun {{operation}}': sum(rateOf(shared('cache_deadline_overruns_total')), 'operation'),
          skipped: sum(rateOf(shared('cache_l2_skipped_total'))),
        },
      }),
      graph({
        title: 'Changes of state',
        description: 'Shows outages that were shorter than a scrape interval. Independent of the chosen cache.',
        unit: 'short',
        queries: {
          'L2 {{state}}': sum(increaseOf(shared('cache_l2_transitions_total')), 'state'),
          'breaker {{state}}': sum(increaseOf(shared('cache_breaker_transitions_total')), 'state'),
        },
      }),
    ],
  ],
};
