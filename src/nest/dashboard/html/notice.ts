import type { ActionName } from '../view/action';
import { html, type Html } from './html';
import { stateMark } from './state-mark';

const done: Readonly<Record<ActionName, string>> = {
  'delete-name': 'The key was deleted from both tiers.',
  'delete-key': 'The key was deleted from both tiers, if it was there.',
  clear: 'The namespace was cleared in both tiers.',
};
const pending: Readonly<Record<ActionName, string>> = {
  'delete-name': 'The key is gone here. L2 is away, or has not answered yet: it will delete the key before it is read again.',
  'delete-key': 'The key is gone here. L2 is away, or has not answered yet: it will delete the key before it is read again.',
  clear: 'The namespace is empty here. L2 is away, or has not answered yet: it will be cleared before it is read again.',
};

/** What became of the form that led here: one of six sentences, whatever the address says. It has the focus, and so is read out. */
export function noticeOf({ did, outcome }: Readonly<Record<string, unknown>>): Html | undefined {
  const sentences = outcome === 'done' ? done : outcome === 'pending' ? pending : undefined;
  const entry = Object.entries(sentences ?? {}).find(([name]) => name === did);
  if (entry === undefined) return undefined;
  return html`<p class="notice" role="status" tabindex="-1" autofocus>${stateMark(outcome === 'done' ? 'good' : 'warn', entry[1])}</p>`;
}
