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
