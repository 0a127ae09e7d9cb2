import { html, type Fragment, type Html } from './html';
import { script } from './script';
import { stylesheet } from './stylesheet';

/** A whole page. Style and script are inline, so that no other file has to be served. */
export function document(title: string, nonce: string, body: Fragment): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${stylesheet}
        </style>
      </head>
      <body>
        ${body}
        <script nonce="${nonce}">
          ${script};
        </script>
      </body>
    </html>`;
}

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
