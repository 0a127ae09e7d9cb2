import type { Row } from '../layout';
import { figure, graph } from '../panel';
import { chosen, failedLoads, hitRate, percentile, rate, reads, sum } from '../queries';
import { heard, hearing } from './invalidation';
import { reachability, reached } from './layer-2';

export const traffic: Row = {
  title: 'Traffic',
  lines: [
    [
      figure({ title: 'Hit rate', description: 'Of all reads.', unit: 'percentunit', queries: { hits: hitRate() } }),
      figure({ title: 'Reads', description: 'Hits and misses.', unit: 'ops', queries: { reads: reads() } }),
      figure({
        title: 'Layer 2',
        description: 'Of the process that is worst off. Whichever cache is chosen.',
        unit: 'none',
        words: reachability,
        queries: { 'layer 2': `min(${reached})` },
      }),
      figure({
        title: 'Bus',
        description: 'Of the process that is worst off. Absent without a bus. Whichever cache is chosen.',
        unit: 'none',
        words: hearing,
        queries: { bus: `min(${heard})` },
      }),
      figure({
        title: 'Pending',
        description: 'Keys that layer 2 still has to delete.',
        unit: 'short',
        queries: { keys: sum(chosen('cache_pending_invalidations')) },
      }),
      figure({ title: 'Failed loads', description: 'Of all loads.', unit: 'percentunit', queries: { failed: failedLoads() } }),
      figure({ title: 'Loads, p99', description: 'What a miss costs.', unit: 's', queries: { p99: percentile(99, 'cache_load_seconds') } }),
      figure({
        title: 'Memory of layer 1',
        description: 'Of all processes, estimated.',
        unit: 'bytes',
        queries: { memory: sum(chosen('cache_memory_bytes')) },
      }),
    ],
    [
      graph({
        title: 'Reads, by where the value was',
        description: 'A miss costs a load, or the caller is told that there is nothing.',
        unit: 'ops',
        stacked: true,
        queries: { '{{tier}}': sum(rate('cache_hits_total'), 'tier'), miss: sum(rate('cache_misses_total')) },
      }),
      graph({
        title: 'Hit rate',
        description: 'A drop after a deployment is layer 1 filling up again; one that stays is a key, a ttl or a lruSize that changed.',
        unit: 'percentunit',
        max: 1,
        queries: { '{{cache}}': hitRate('cache') },
      }),
    ],
    [
      graph({
        title: 'Loads',
        description: 'fenced: invalidated meanwhile. skipped: the loader said not to store. failed: it threw.',
        unit: 'ops',
        stacked: true,
        queries: { '{{outcome}}': sum(rate('cache_loads_total'), 'outcome') },
      }),
      graph({
        title: 'Loads that were spared',
        description: 'Callers who got what somebody else was loading or reading already.',
        unit: 'ops',
        queries: { '{{cache}}': sum(rate('cache_stampedes_avoided_total'), 'cache') },
      }),
    ],
  ],
};
