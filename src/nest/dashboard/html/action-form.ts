import { actionField, keyField, tokenField, type ActionName } from '../view/action';
import { html, type Fragment, type Html } from './html';

export interface ActionForm {
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
