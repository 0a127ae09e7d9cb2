import type { Row } from '../layout';
import { graph } from '../panel';
import { chosen, rate, sum } from '../queries';

export const memory: Row = {
  title: 'Memory',
  lines: [
    [
      graph({
        title: 'Items in layer 1',
        description: 'Of each process. Where it stands at lruSize, newer ones push out older ones.',
        unit: 'short',
        queries: { '{{instance}} {{cache}}': chosen('cache_size') },
      }),
      graph({
        title: 'Memory of layer 1',
        description: 'Of each process. Each item is estimated when it is written.',
        unit: 'bytes',
        queries: { '{{instance}} {{cache}}': chosen('cache_memory_bytes') },
      }),
      graph({
        title: 'Items that left layer 1',
        description: 'size: pushed out for want of room. expired: counted when it is noticed.',
        unit: 'ops',
        queries: { '{{reason}}': sum(rate('cache_evictions_total'), 'reason') },
      }),
    ],
  ],
};
