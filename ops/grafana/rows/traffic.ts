import type { Row } from '../layout';
import { figure, graph } from '../panel';
import { chosen, failedLoads, hitRate, percentile, rate, reads, sum } from '../queries';
import { busUp, busWords } from './invalidation';
import { reachability, reached } from './l2';

export const traffic: Row = {
  title: 'Traffic',
  lines: [
    [
      figure({ title: 'Hit rate', description: 'Of all reads.', unit: 'percentunit', queries: { hits: hitRate() } }),
      figure({ title: 'Reads', description: 'Hits and misses.', unit: 'ops', queries: { reads: reads() } }),
      figure({
        title: 'L2',
        description: 'The worst state of all processes. Independent of the chosen cache.',
        unit: 'none',
        words: reachability,
        queries: { L2: `min(${reached})` },
      }),
      figure({
        title: 'Bus',
        description: 'The worst state of all processes. Absent without a bus. Independent of the chosen cache.',
        unit: 'none',
        words: busWords,
        queries: { bus: `min(${busUp})` },
      }),
      figure({
        title: 'Pending',
        description: 'Keys that L2 still has to delete.',
        unit: 'short',
        queries: { keys: sum(chosen('cache_pending_invalidations')) },
      }),
      figure({ title: 'Failed loads', description: 'Of all loads.', unit: 'percentunit', queries: { failed: failedLoads() } }),
      figure({
        title: 'Loads, p99',
        description: 'Duration of a load.',
        unit: 's',
        queries: { p99: percentile(99, 'cache_load_seconds') },
      }),
      figure({
        title: 'Memory of L1',
        description: 'Of all processes, estimated.',
        unit: 'bytes',
        queries: { memory: sum(chosen('cache_memory_bytes')) },
      }),
    ],
    [
      graph({
        title: 'Reads, by the place of the value',
        description: 'A miss costs a load, or returns no value.',
        unit: 'ops',
        stacked: true,
        queries: { '{{tier}}': sum(rate('cache_hits_total'), 'tier'), miss: sum(rate('cache_misses_total')) },
      }),
      graph({
        title: 'Hit rate',
        description: 'After a deployment it drops until L1 is filled again; a lasting drop comes from a changed key, ttl or lruSize.',
        unit: 'percentunit',
        max: 1,
        queries: { '{{cache}}': hitRate('cache') },
      }),
    ],
    [
      graph({
        title: 'Loads',
        description: 'fenced: invalidated meanwhile. skipped: the loader chose not to store. failed: it threw.',
        unit: 'ops',
        stacked: true,
        queries: { '{{outcome}}': sum(rate('cache_loads_total'), 'outcome') },
      }),
      graph({
        title: 'Shared loads',
        description: 'Callers that shared the load or read of another caller.',
        unit: 'ops',
        queries: {
          '{{cache}}': sum(rate('cache_stampedes_avoided_total'), 'cache'),
          'across processes: {{outcome}}': sum(rate('cache_leases_total'), 'outcome'),
          'not kept: {{by}}': sum(rate('cache_fenced_total'), 'by'),
        },
      }),
      graph({
        title: 'Leases held',
        description: 'One for each load that is running, in all processes.',
        unit: 'short',
        queries: { '{{cache}}': sum(chosen('cache_leases_held'), 'cache') },
      }),
    ],
  ],
};
