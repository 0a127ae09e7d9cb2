import type { TierHealth } from '../../../domain/l2/remote-tier';
import { type ActionName, actionField, keyField, tokenField } from '../view/action';
import { type Fragment, html, type Html } from './html';
import { stateMark } from './elements';

interface ActionForm {
  readonly action: ActionName;
  readonly token: string;
  /** The key of the action; `undefined` where the content asks for it. */
  readonly key?: string;
  readonly content: Fragment;
}

/** A form that is sent to the address of the page, with any prefix or proxy. */
export function actionForm({ action, token, key, content }: ActionForm): Html {
  return html`<form method="post" class="${action}">
    <input type="hidden" name="${tokenField}" value="${token}" />
    <input type="hidden" name="${actionField}" value="${action}" />
    ${key === undefined ? undefined : html`<input type="hidden" name="${keyField}" value="${key}" />`} ${content}
  </form>`;
}

const done: Readonly<Record<ActionName, string>> = {
  'delete-name': 'The key was deleted from both tiers.',
  'delete-key': 'The key was deleted from both tiers, if it was there.',
  'delete-tag': 'The entries with the tag were removed from both tiers, if there were any.',
  clear: 'The namespace was cleared in both tiers.',
};

const pending: Readonly<Record<ActionName, string>> = {
  'delete-name': 'The key was deleted in this process.',
  'delete-key': 'The key was deleted in this process.',
  'delete-tag': 'The entries with the tag were removed in this process.',
  clear: 'The namespace was cleared in this process.',
};

/** Why an action is not done yet. The answer does not say it, so it is taken from the present state of L2 and of the bus. */
function whyPending(l2: TierHealth | undefined): string {
  if (l2 !== undefined && (l2.state !== 'up' || l2.pending > 0)) {
    return 'L2 is down, or has not applied it yet: it will be applied there before L2 is read again.';
  }
  if (l2?.bus === 'down') return 'L2 has applied it. The bus is down: other processes are notified when it is back.';
  return 'L2 or the bus had not answered in time, and has answered since.';
}

/**
 * The outcome of the last form, for any content of the address: sentences of this file alone. It has the focus, so that screen readers read it.
 * @param l2 - of the cache that was changed
 */
export function noticeOf({ did, outcome }: Readonly<Record<string, unknown>>, l2: TierHealth | undefined): Html | undefined {
  const sentences = outcome === 'done' ? done : outcome === 'pending' ? pending : undefined;
  const entry = Object.entries(sentences ?? {}).find(([name]) => name === did);
  if (entry === undefined) return undefined;
  const mark = outcome === 'done' ? stateMark('good', entry[1]) : stateMark('warn', `${entry[1]} ${whyPending(l2)}`);
  return html`<p class="notice" role="status" tabindex="-1" autofocus>${mark}</p>`;
}
