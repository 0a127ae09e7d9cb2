import { html, type Html } from './html';

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
