import type { Row } from '../layout';
import { graph } from '../panel';
import { chosen, rate, sum } from '../queries';

export const memory: Row = {
  title: 'Memory',
  lines: [
    [
      graph({
        title: 'Items in L1',
        description: 'Of each process. At lruSize, new items evict old ones.',
        unit: 'short',
        queries: { '{{instance}} {{cache}}': chosen('cache_size') },
      }),
      graph({
        title: 'Memory of L1',
        description: 'Of each process. Each item is estimated when it is written.',
        unit: 'bytes',
        queries: { '{{instance}} {{cache}}': chosen('cache_memory_bytes') },
      }),
      graph({
        title: 'Items that left L1',
        description: 'size: evicted because L1 was full. expired: counted when the expiry is noticed.',
        unit: 'ops',
        queries: { '{{reason}}': sum(rate('cache_evictions_total'), 'reason') },
      }),
    ],
  ],
};
