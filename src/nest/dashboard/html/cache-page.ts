import type { CacheView } from '../view/cache-view';
import { hitRatePlot, trafficPlot, originBar } from './traffic-plots';
import { foreignText, html, type Fragment, type Html } from './html';
import { keyNumbers, l1Panel, loadsPanel } from './number-panels';
import { keysPanel } from './keys-panel';
import { busPanel, l2Panel } from './l2-panel';
import { latencyTable } from './latency-table';
import { trafficTable } from './traffic-table';
import { panel, healthMark } from './elements';
import { spanOf } from './plot-frame';

export interface CachePage {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly showValues: boolean;
  readonly token: string;
}

/** One namespace. */
export function cachePage(view: CacheView, { now, showValues, token }: CachePage): Html {
  const spanMs = spanOf(view.traffic ?? [], view.l2Periods);
  return html`<header class="title">
      <h1>${foreignText(view.label)}</h1>
      <p id="health" data-live>${healthMark(view.health)}</p>
    </header>
    ${view.health.status === 'closed' ? closed : undefined}
    ${view.stats === undefined ? unreadable : numbers(view, view.stats, { spanMs, now })} ${keysPanel({ view, showValues, token })}`;
}

const closed = html`<p class="notice">This cache is closed: it holds nothing and accepts nothing.</p>`;
const unreadable = html`<p class="notice">The numbers of this cache cannot be read.</p>`;

interface Axis {
  readonly spanMs: number;
  readonly now: number;
}

function numbers(view: CacheView, stats: NonNullable<CacheView['stats']>, { spanMs, now }: Axis): Fragment {
  const traffic = view.traffic ?? [];
  return [
    keyNumbers(stats, traffic),
    html`<div class="panels">
      ${panel('traffic', 'Traffic', [html`<div id="traffic" data-live>${trafficPlot(traffic, spanMs)}</div>`, originBar(stats)])}
      ${panel('hit-rate', 'Hit rate', [
        html`<div id="hit-rate" data-live>${hitRatePlot(traffic, spanMs)}</div>`,
        html`<p id="recorded" class="quiet" data-live>${recorded(view.traffic)}</p>`,
        trafficTable(traffic, now),
      ])}
      ${l2Panel(view, spanMs, now)} ${panel('latency', 'Latency', latencyTable(stats))} ${l1Panel(stats)} ${loadsPanel(stats)}
      ${stats.l2 === undefined ? undefined : busPanel(stats.l2)}
    </div>`,
  ];
}

function recorded(traffic: CacheView['traffic']): string {
  if (traffic === undefined) return 'This namespace has no history: it is new, or there are more than 100.';
  if (traffic.length === 0) return 'The first numbers come 5 seconds after the start.';
  return 'A step for every 5 seconds, and a gap where nothing was read.';
}
