import { type ActionName, actionField, keyField, tokenField } from '../view/action';
import { type Fragment, html, type Html } from './html';
import { stateMark } from './state-mark';

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
  'delete-name':
    'The key was deleted in this process. L2 is down, or has not answered yet: the key will be deleted there before L2 is read again.',
  'delete-key':
    'The key was deleted in this process. L2 is down, or has not answered yet: the key will be deleted there before L2 is read again.',
  'delete-tag':
    'The entries with the tag were removed in this process. L2 is down, or has not answered yet: they will be removed there before L2 is read again.',
  clear:
    'The namespace was cleared in this process. L2 is down, or has not answered yet: it will be cleared there before L2 is read again.',
};

/** The outcome of the last form: one of eight sentences, for any content of the address. It has the focus, so that screen readers read it. */
export function noticeOf({ did, outcome }: Readonly<Record<string, unknown>>): Html | undefined {
  const sentences = outcome === 'done' ? done : outcome === 'pending' ? pending : undefined;
  const entry = Object.entries(sentences ?? {}).find(([name]) => name === did);
  if (entry === undefined) return undefined;
  return html`<p class="notice" role="status" tabindex="-1" autofocus>${stateMark(outcome === 'done' ? 'good' : 'warn', entry[1])}</p>`;
}
