import { maxListed } from '../view/cache-directory';
import type { CacheList, CacheSummary } from '../view/cache-view';
import { foreignText } from './foreign-text';
import { healthMark } from './state-mark';
import { html, type Html } from './html';
import { countInWords, numbered, shareInWords } from './in-words';

/** Links to the namespaces. They are relative, so that a prefix or a proxy does not break them. */
export function cacheNav(list: CacheList, selected: string | undefined): Html {
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
