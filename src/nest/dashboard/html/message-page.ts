import { document } from './document';
import { html, type Html } from './html';
import { masthead } from './masthead';

/** For when there is nothing to show. */
export function messagePage(heading: string, message: string, nonce: string): Html {
  return document(
    `${heading} · Tiercel`,
    nonce,
    html`${masthead(undefined)}
      <main id="main" class="message">
        <h1>${heading}</h1>
        <p>${message}</p>
        <p><a href="?">Back to the caches</a></p>
      </main>`,
  );
}
