import type { CacheStats } from '../../../ports/cache-stats';
import { html, type Html } from './html';
import { countInWords, shareInWords } from './in-words';

const width = 720;

/** All reads since the start, by the place of the answer. The bar is also the legend of the traffic plot. */
export function originBar({ gets, hitsByTier: { l1, l2 }, misses }: CacheStats): Html {
  const parts = [
    { kind: 'l1', name: 'L1', count: l1 },
    { kind: 'l2', name: 'L2', count: l2 },
    { kind: 'misses', name: 'Misses', count: misses },
  ];
  let left = 0;
  const bars = parts.map(({ kind, count }) => {
    const share = gets === 0 ? 0 : Math.round((width * count) / gets);
    left += share;
    return html`<rect class="area ${kind}" x="${left - share}" width="${share}" height="10" />`;
  });
  return html`<div id="origin" class="origin" data-live>
    <svg viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="trough" width="${width}" height="10" />
      ${bars}
    </svg>
    <ul>
      ${parts.map(
        ({ kind, name, count }) =>
          html`<li>
            <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
              <rect class="area ${kind}" width="12" height="12" />
            </svg>
            ${name} <b>${gets === 0 ? '–' : shareInWords(count / gets)}</b> <small>${countInWords(count)}</small>
          </li>`,
      )}
    </ul>
  </div>`;
}
