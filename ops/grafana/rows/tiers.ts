import type { Row } from '../layout';
import { graph } from '../panel';
import { rate, sum } from '../queries';

export const tiers: Row = {
  title: 'Tiers',
  lines: [
    [
      graph({
        title: 'Hits that layer 1 had',
        description: 'The others cost a round trip to layer 2.',
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{cache}}': `${sum(rate('cache_hits_total', 'tier="l1"'), 'cache')} / (${sum(rate('cache_hits_total'), 'cache')} > 0)`,
        },
      }),
      graph({
        title: 'Writes',
        description: 'pending: layer 2 did not take it, or has not answered yet. What loads store is not among them.',
        unit: 'ops',
        queries: { '{{operation}} {{outcome}}': sum(rate('cache_writes_total'), 'operation, outcome') },
      }),
    ],
    [
      graph({
        title: 'Payloads to and from layer 2',
        description: 'What goes over the network, without the protocol.',
        unit: 'Bps',
        queries: { '{{direction}}': sum(rate('cache_payload_bytes_total'), 'direction') },
      }),
      graph({
        title: 'Payloads that were not used',
        description: 'version and schema show for a while after a deployment; tampered means that somebody else wrote there.',
        unit: 'ops',
        queries: { '{{reason}}': sum(rate('cache_payloads_rejected_total'), 'reason') },
      }),
    ],
  ],
};
