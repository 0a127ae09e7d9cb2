import { html, type Html } from './html';

/** Controls, and marks that turn the direction of what follows: they could make a text read as another. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** For text that strangers may have written: nothing of it is invisible, and it turns nothing around it. */
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
