import type { CacheHealth } from '../../../domain/lifecycle';
import { html, type Html } from './html';

/** A word with a mark, whose shape differs by mood, so that the colour is not needed. */
export function stateMark(mood: 'good' | 'warn' | 'bad' | 'quiet', text: string): Html {
  return html`<span class="state ${mood}"><span aria-hidden="true">${marks[mood]}</span> ${text}</span>`;
}

const marks = { good: '●', warn: '◐', bad: '■', quiet: '○' } as const;

/** The health of a cache, in a few words. */
export function healthMark({ status, l2 }: CacheHealth): Html {
  if (status === 'closed') return stateMark('quiet', 'closed');
  if (l2 === undefined) return stateMark('good', 'one tier');
  if (l2.state === 'down') return stateMark('bad', 'L2 down');
  if (l2.state === 'recovering') return stateMark('warn', 'L2 recovering');
  const troubles = [l2.reason === undefined ? [] : 'L2 refuses writes', l2.bus === 'down' ? 'bus down' : []].flat();
  return troubles.length === 0 ? stateMark('good', 'both tiers up') : stateMark('warn', troubles.join(', '));
}
