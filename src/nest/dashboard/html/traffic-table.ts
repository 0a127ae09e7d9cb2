import type { TrafficSample } from '../view/histories';
import { hitRate } from './traffic-plots';
import { html, type Html } from './html';
import { countInWords, shareInWords, timeOfDay } from './in-words';
import { liveTable } from './elements';

const maxRows = 15;

/** The numbers of both plots, the newest first. */
export function trafficTable(samples: readonly TrafficSample[], now: number): Html {
  return html`<details class="numbers">
    <summary>Traffic and hit rate in numbers</summary>
    ${liveTable({
      id: 'traffic-rows',
      label: 'Reads over time',
      caption: 'Reads over time, by where they were answered. Times are UTC.',
      columns: ['From', 'To', 'L1', 'L2', 'Misses', 'Hit rate'].map((name) => ({ name })),
      rows: rows(samples).map((sample) => row(sample, now)),
    })}
  </details>`;
}

function row(sample: TrafficSample, now: number): Html {
  const rate = hitRate(sample);
  return html`<tr>
    <th scope="row">${timeOfDay(now - sample.agoMs - sample.forMs)}</th>
    <td>${timeOfDay(now - sample.agoMs)}</td>
    <td>${countInWords(sample.l1)}</td>
    <td>${countInWords(sample.l2)}</td>
    <td>${countInWords(sample.misses)}</td>
    <td>${rate === undefined ? '–' : shareInWords(rate)}</td>
  </tr>`;
}

/** Adds up neighbouring samples, so that there are at most 15 rows. */
function rows(samples: readonly TrafficSample[]): readonly TrafficSample[] {
  const size = Math.max(1, Math.ceil(samples.length / maxRows));
  const newestFirst = [...samples].reverse();
  return newestFirst
    .filter((_, index) => index % size === 0)
    .map((_, index) => newestFirst.slice(index * size, (index + 1) * size).reduce(addSamples));
}

function addSamples(later: TrafficSample, earlier: TrafficSample): TrafficSample {
  return {
    agoMs: later.agoMs,
    forMs: later.forMs + earlier.forMs,
    l1: later.l1 + earlier.l1,
    l2: later.l2 + earlier.l2,
    misses: later.misses + earlier.misses,
  };
}
