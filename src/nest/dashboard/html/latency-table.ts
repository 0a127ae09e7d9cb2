import type { CacheStats, DurationStats } from '../../../ports/cache-stats';
import { html, type Html } from './html';
import { countInWords, latencyInWords } from './in-words';
import { liveTable } from './elements';

const operations = [
  ['L1', 'get', 'l1Get'],
  ['L1', 'set', 'l1Set'],
  ['L1', 'delete', 'l1Delete'],
  ['L2', 'get', 'l2Get'],
  ['L2', 'set', 'l2Set'],
  ['L2', 'delete', 'l2Delete'],
  ['L2', 'clear', 'l2Clear'],
  ['Loader', 'stored', 'loadStored'],
  ['Loader', 'fenced', 'loadFenced'],
  ['Loader', 'failed', 'loadFailed'],
] as const;

/** Durations of operations since the start; operations that never ran are left out. */
export function latencyTable({ durations }: CacheStats): Html {
  const timed = operations.filter(([, , name]) => durations[name].count > 0);
  const rows = timed.map(
    ([where, operation, name]) =>
      html`<tr>
        <th scope="row"><span class="where">${where}</span> ${operation}</th>
        <td>${countInWords(durations[name].count)}</td>
        <td>${latencyInWords(durations[name].p50Ms)}</td>
        <td>${latencyInWords(durations[name].p99Ms)}</td>
        <td class="spread">${spread(durations[name], where)}</td>
      </tr>`,
  );
  return liveTable({
    id: 'latency-rows',
    label: 'Latency by operation',
    caption: 'Since the start. p50: half of the calls took no longer; p99: all but one in a hundred.',
    columns: [{ name: 'Operation' }, { name: 'Calls' }, { name: 'p50' }, { name: 'p99' }, { name: '1 µs to 1 min', kind: 'spread' }],
    rows,
    placeholder: 'Nothing was timed yet.',
  });
}

const [fromMs, toMs] = [1e-3, 60_000];
const [width, height] = [180, 18];

/** The shape of a histogram, on one axis for all rows. */
function spread({ boundsMs, counts }: DurationStats, where: string): Html {
  const most = Math.max(...counts);
  const bars = counts.map((count, bucket) => {
    if (count === 0) return '';
    const [left, right] = [x(boundsMs[bucket - 1] ?? fromMs / 2), x(boundsMs[bucket] ?? toMs)];
    // The square root, so that one slow call in a thousand can be seen.
    const tall = Math.max(1.5, height * Math.sqrt(count / most));
    return `M${left} ${height}v${-round(tall)}h${round(Math.max(2, right - left - 1))}V${height}Z`;
  });
  const kind = where === 'L1' ? 'l1' : where === 'L2' ? 'l2' : 'loads';
  return html`<svg class="shape" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    <path class="base" d="M0 ${height}H${width}" />
    <path class="fill ${kind}" d="${bars.join('')}" />
  </svg>`;
}

function x(ms: number): number {
  const share = Math.log(ms / fromMs) / Math.log(toMs / fromMs);
  return round(width * Math.min(1, Math.max(0, share)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
