import { html, type Fragment, type Html } from './html';

interface LiveTable {
  /** Of the rows, which are replaced as a whole when they are refreshed. */
  readonly id: string;
  /** The name of the region, which can be scrolled with the keyboard. */
  readonly label: string;
  readonly caption: Fragment;
  /** Whether the caption is for screen readers alone. */
  readonly hidesCaption?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly Html[];
  /** In place of rows, where there are none. */
  readonly placeholder?: string;
}

interface Column {
  readonly name: Fragment;
  readonly kind?: 'wide' | 'spread';
}

/** A table that is wider than a narrow screen, and whose rows change. */
export function liveTable({ id, label, caption, hidesCaption, columns, rows, placeholder }: LiveTable): Html {
  const absent = html`<tr>
    <td colspan="${columns.length}">${placeholder}</td>
  </tr>`;
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      ${
        hidesCaption === true
          ? html`<caption class="hidden">
              ${caption}
            </caption>`
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${columns.map(({ kind, name }) => (kind === undefined ? html`<th scope="col">${name}</th>` : html`<th scope="col" class="${kind}">${name}</th>`))}
        </tr>
      </thead>
      <tbody id="${id}" data-live>
        ${rows.length > 0 || placeholder === undefined ? rows : absent}
      </tbody>
    </table>
  </div>`;
}
