import { html, type Fragment, type Html } from './html';

/** A name, what it is, and what else is to be said of it. */
export type Fact = readonly [name: string, value: Fragment, remark?: Fragment];

/** Numbers with their names, replaced as a whole when they are refreshed. */
export function facts(id: string, rows: readonly Fact[]): Html {
  return html`<dl id="${id}" class="facts" data-live>
    ${rows.map(
      ([name, value, remark]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}${remark === undefined ? undefined : html` <small>${remark}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
}
