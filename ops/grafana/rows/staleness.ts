import type { Row } from '../layout';
import { graph } from '../panel';
import { percentile, rate, sum } from '../queries';

export const staleness: Row = {
  title: 'Staleness',
  lines: [
    [
      graph({
        title: 'Stale values served',
        description: 'revalidate is intended. error: loads fail. unreachable: L2 is down.',
        unit: 'ops',
        stacked: true,
        queries: { '{{reason}}': sum(rate('cache_stale_served_total'), 'reason') },
      }),
      graph({
        title: 'Age of stale values, p99',
        description: 'Time since they expired.',
        unit: 's',
        queries: { '{{reason}}': percentile(99, 'cache_stale_age_seconds', 'reason') },
      }),
      graph({
        title: 'Background refreshes',
        description: 'failed: the old value is served for as long as staleIfError permits.',
        unit: 'ops',
        queries: { '{{outcome}}': sum(rate('cache_refreshes_total'), 'outcome') },
      }),
    ],
  ],
};
