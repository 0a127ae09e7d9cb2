import { html, type Html } from './html';

/** A word with a mark of its own shape, so that the colour is not needed. */
export function stateMark(mood: 'good' | 'warn' | 'bad' | 'quiet', text: string): Html {
  return html`<span class="state ${mood}"><span aria-hidden="true">${marks[mood]}</span> ${text}</span>`;
}

const marks = { good: '●', warn: '◐', bad: '■', quiet: '○' } as const;
