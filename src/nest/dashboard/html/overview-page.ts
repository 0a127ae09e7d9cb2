import { maxListed, type CacheList, type CacheView, type CacheSummary } from '../view/cache-view';
import { cachePage } from './cache-page';
import { document, masthead } from './document';
import { type Html, visible, html, foreignText } from './html';
import { timeOfDay, countInWords, numbered, shareInWords } from './in-words';
import { healthMark } from './elements';

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

/** Links to the namespaces. They are relative, so that a prefix or a proxy does not break them. */
function cacheNav(list: CacheList, selected: string | undefined): Html {
  const { caches, found, text } = list;
  return html`<nav aria-label="Caches">
    ${found > maxListed || text !== '' ? searchForm(list, selected) : undefined}
    <ul id="caches" data-live>
      ${caches.map((cache) => item(cache, { isSelected: cache.id === selected, text }))}
    </ul>
  </nav>`;
}

function searchForm({ caches, found, text }: CacheList, selected: string | undefined): Html {
  const shown = found > caches.length ? html`; ${countInWords(caches.length)} are shown` : undefined;
  const condition = text === '' ? undefined : html` with ${foreignText(text)} in ${found === 1 ? 'its name' : 'their names'}`;
  return html`<form method="get" role="search" aria-label="Caches">
    ${selected === undefined ? undefined : html`<input type="hidden" name="cache" value="${selected}" />`}
    <label for="find-caches">Find caches</label>
    <div class="field">
      <input id="find-caches" type="search" name="find" value="${text}" autocomplete="off" spellcheck="false" autocapitalize="off" />
      <button type="submit">Find</button>
    </div>
    <p id="caches-tally" class="quiet" data-live>${numbered(found, 'cache', 'caches')}${condition}${shown}.</p>
  </form>`;
}

function item(
  { id, label, health, stats }: CacheSummary,
  { isSelected, text }: { readonly isSelected: boolean; readonly text: string },
): Html {
  const minute = stats?.lastMinute;
  const rate =
    minute === undefined || minute.hits + minute.misses === 0
      ? html`<span class="rate quiet">idle</span>`
      : html`<span class="rate">${shareInWords(minute.hitRate)} <span class="hidden">hit rate</span></span>`;
  const address = new URLSearchParams({ cache: id, ...(text === '' ? {} : { find: text }) }).toString();
  return html`<li>
    <a href="?${address}" ${isSelected ? html`aria-current="page"` : undefined}>
      <span class="name">${foreignText(label)}</span> ${rate} ${healthMark(health)}
    </a>
  </li>`;
}
