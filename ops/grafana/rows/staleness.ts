import type { Row } from '../layout';
import { graph } from '../panel';
import { percentile, rate, sum } from '../queries';

export const staleness: Row = {
  title: 'Staleness',
  lines: [
    [
      graph({
        title: 'Old values that were served',
        description: 'revalidate is intended. error: loads fail. unreachable: layer 2 is away.',
        unit: 'ops',
        stacked: true,
        queries: { '{{reason}}': sum(rate('cache_stale_served_total'), 'reason') },
      }),
      graph({
        title: 'How old they were, p99',
        description: 'Counted from when they had expired.',
        unit: 's',
        queries: { '{{reason}}': percentile(99, 'cache_stale_age_seconds', 'reason') },
      }),
      graph({
        title: 'Renewed behind',
        description: 'failed: the old value goes on being served as long as staleIfError lasts.',
        unit: 'ops',
        queries: { '{{outcome}}': sum(rate('cache_refreshes_total'), 'outcome') },
      }),
    ],
  ],
};
