import type { CacheHealth } from '../../../domain/lifecycle';
import type { Html } from './html';
import { stateMark } from './state-mark';

/** How a cache is, in a few words. */
export function healthMark({ status, l2 }: CacheHealth): Html {
  if (status === 'closed') return stateMark('quiet', 'closed');
  if (l2 === undefined) return stateMark('good', 'one tier');
  if (l2.state === 'down') return stateMark('bad', 'layer 2 down');
  if (l2.state === 'recovering') return stateMark('warn', 'layer 2 recovering');
  const troubles = [l2.reason === undefined ? [] : 'layer 2 refuses writes', l2.bus === 'down' ? 'bus down' : []].flat();
  return troubles.length === 0 ? stateMark('good', 'both tiers up') : stateMark('warn', troubles.join(', '));
}
