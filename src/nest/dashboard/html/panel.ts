import { html, type Fragment, type Html } from './html';

/** A part of the page with a heading, which screen readers list. */
export function panel(id: string, heading: string, content: Fragment): Html {
  return html`<section class="panel ${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    ${content}
  </section>`;
}

/** A number with its name and a remark. */
type Fact = readonly [name: string, value: Fragment, remark?: Fragment];

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
