import { html, type Fragment, type Html } from './html';
import { script } from './script';
import { stylesheet } from './stylesheet';

/** A whole page. Style and script are in it, so that nothing else has to be served or found. */
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
