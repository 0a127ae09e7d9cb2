/** Markup that is safe to send: text in it is escaped. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type Fragment = Html | string | number | undefined | readonly Fragment[];

/** Markup with text in it. Text is escaped, for elements and for quoted attributes alike; `undefined` is left out. */
export function html(markup: TemplateStringsArray, ...fragments: readonly Fragment[]): Html {
  return new Html(markup.map((part, index) => part + render(fragments[index])).join(''));
}

function render(fragment: Fragment): string {
  if (fragment === undefined) return '';
  if (fragment instanceof Html) return fragment.toString();
  if (typeof fragment === 'object') return fragment.map(render).join('');
  return escapeText(String(fragment));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Control characters, and marks that reverse the direction of text: they could make a text look like another. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** For untrusted text: shows invisible characters, and isolates its direction from the text around it. */
export function foreignText(text: string): Html {
  return html`<bdi>${visible(text)}</bdi>`;
}

/** For text of several lines. */
export function foreignLines(text: string): Html {
  return html`<bdi>${text.split('\n').map(visible).join('\n')}</bdi>`;
}

export function visible(text: string): string {
  return text.replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
}
