import { html, type Fragment, type Html } from './html';

/** A part of the page with a heading, which screen readers list. */
export function panel(id: string, heading: string, content: Fragment): Html {
  return html`<section class="panel ${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    ${content}
  </section>`;
}
