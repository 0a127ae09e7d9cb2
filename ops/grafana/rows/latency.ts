import type { Row } from '../layout';
import { graph, heatMap } from '../panel';
import { chosen, percentile } from '../queries';

export const latency: Row = {
  title: 'Latency',
  lines: [
    [
      heatMap({
        title: 'Reads of L2',
        description: 'A second band above the first is a slow shard, or the deadline.',
        histogram: chosen('cache_latency_seconds_bucket', 'operation="get"', 'tier="l2"'),
      }),
      heatMap({
        title: 'Loads',
        description: 'Duration of loads, which a miss has to wait for.',
        histogram: chosen('cache_load_seconds_bucket'),
      }),
    ],
    [
      heatMap({
        title: 'Hits of L1',
        description: 'A sample is timed. Where hits are slow, the process is short of CPU.',
        histogram: chosen('cache_latency_seconds_bucket', 'operation="get"', 'tier="l1"'),
      }),
      graph({
        title: 'p99',
        description: 'By tier and operation.',
        unit: 's',
        queries: { '{{tier}} {{operation}}': percentile(99, 'cache_latency_seconds', 'tier, operation') },
      }),
    ],
  ],
};
