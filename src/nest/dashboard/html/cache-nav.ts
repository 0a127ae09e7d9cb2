import type { CacheSummary } from '../view/cache-view';
import { foreignText } from './foreign-text';
import { healthMark } from './state-mark';
import { html, type Html } from './html';
import { shareInWords } from './in-words';

/** Links to all namespaces. Relative, so that they hold below a prefix and behind a proxy. */
export function cacheNav(caches: readonly CacheSummary[], selected: string | undefined): Html {
  return html`<nav aria-label="Caches">
    <ul id="caches" data-live>
      ${caches.map((cache) => item(cache, cache.id === selected))}
    </ul>
  </nav>`;
}

function item({ id, label, health, stats }: CacheSummary, isSelected: boolean): Html {
  const minute = stats?.lastMinute;
  const rate =
    minute === undefined || minute.hits + minute.misses === 0
      ? html`<span class="rate quiet">idle</span>`
      : html`<span class="rate">${shareInWords(minute.hitRate)} <span class="hidden">hit rate</span></span>`;
  return html`<li>
    <a href="?cache=${encodeURIComponent(id)}" ${isSelected ? html`aria-current="page"` : undefined}>
      <span class="name">${foreignText(label)}</span> ${rate} ${healthMark(health)}
    </a>
  </li>`;
}
