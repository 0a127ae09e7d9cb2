import type { CacheHealth } from '../../../domain/lifecycle';
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
