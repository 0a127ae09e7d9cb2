import type { Row } from '../layout';
import { graph } from '../panel';
import { rate, sum } from '../queries';

export const tiers: Row = {
  title: 'Tiers',
  lines: [
    [
      graph({
        title: 'Hits answered by L1',
        description: 'Other hits cost a round trip to L2.',
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{cache}}': `${sum(rate('cache_hits_total', 'tier="l1"'), 'cache')} / (${sum(rate('cache_hits_total'), 'cache')} > 0)`,
        },
      }),
      graph({
        title: 'Writes',
        description:
          'tags: calls of delByTag. pending: L2 has not applied it, or other processes are not notified yet. Values stored by loads are not included.',
        unit: 'ops',
        queries: {
          '{{operation}} {{outcome}}': sum(rate('cache_writes_total'), 'operation, outcome'),
          'tags {{outcome}}': sum(rate('cache_tag_invalidations_total'), 'outcome'),
        },
      }),
    ],
    [
      graph({
        title: 'Payloads to and from L2',
        description: 'Bytes over the network, without the protocol.',
        unit: 'Bps',
        queries: { '{{direction}}': sum(rate('cache_payload_bytes_total'), 'direction') },
      }),
      graph({
        title: 'Payloads that were not used',
        description: 'version and schema show for a while after a deployment; tampered: another program wrote to L2.',
        unit: 'ops',
        queries: { '{{reason}}': sum(rate('cache_payloads_rejected_total'), 'reason') },
      }),
    ],
  ],
};
