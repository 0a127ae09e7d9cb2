import type { CacheList, CacheView } from '../view/cache-view';
import { cacheNav } from './cache-nav';
import { cachePage } from './cache-page';
import { document, masthead } from './document';
import { visible } from './foreign-text';
import { html, type Html } from './html';
import { timeOfDay } from './in-words';

export interface OverviewPage {
  readonly list: CacheList;
  readonly selected: CacheView | undefined;
  /** The outcome of the last form. */
  readonly notice: Html | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly showValues: boolean;
  readonly token: string;
  readonly nonce: string;
}

export function overviewPage(page: OverviewPage): Html {
  const { list, selected, nonce, now, notice } = page;
  const title = selected === undefined ? 'Tiercel' : `${visible(selected.label)} · Tiercel`;
  return document(
    title,
    nonce,
    html`<a class="skip" href="#main">Skip to the numbers</a>
      ${masthead(refreshing(now))}
      <div class="columns">
        ${cacheNav(list, selected?.id)}
        <main id="main" tabindex="-1">${notice} ${selected === undefined ? nothing : cachePage(selected, page)}</main>
      </div>`,
  );
}

const nothing = html`<h1>No cache</h1>
  <p>This application has no cache yet. Import <code>CacheableModule</code>, and it appears here.</p>`;

/** The script shows the button; without the script, the page shows its age. */
function refreshing(now: number): Html {
  return html`<div class="refreshing" id="refreshing">
    <p class="quiet">
      As of <span id="as-of" data-live><time datetime="${new Date(now).toISOString()}">${timeOfDay(now)}</time></span> UTC
    </p>
    <p class="quiet" role="status"></p>
    <button type="button" aria-pressed="false" hidden>Pause</button>
  </div>`;
}
