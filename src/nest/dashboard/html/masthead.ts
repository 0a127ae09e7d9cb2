import { html, type Fragment, type Html } from './html';

/** A falcon's breast is barred; so is the line below the name. */
export function masthead(tools: Fragment): Html {
  return html`<header class="masthead">
    <p class="wordmark">
      <svg viewBox="0 0 28 28" aria-hidden="true" focusable="false">
        <path class="wing" d="M2 7 14 13 26 7 14 20Z" />
        <path class="tail" d="M6 15 14 24 22 15 14 27Z" />
      </svg>
      Tiercel
    </p>
    ${tools}
  </header>`;
}
