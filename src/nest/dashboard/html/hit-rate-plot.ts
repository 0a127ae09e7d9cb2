import type { TrafficSample } from '../view/traffic-history';
import { html, type Html } from './html';
import { shareInWords } from './in-words';
import { plotFrame, plotHeight, plotWidth, position } from './plot-frame';

/** The share of reads that a tier answered; a gap where nothing was read. */
export function hitRatePlot(samples: readonly TrafficSample[], spanMs: number): Html {
  return plotFrame({
    id: 'hit-rate-plot',
    title: 'Hit rate',
    description: describe(samples),
    spanMs,
    levels: ['100 %', '50 %', '0 %'],
    drawing: html`<path class="below" d="${steps(samples, spanMs, 'area')}" />
      <path class="curve" d="${steps(samples, spanMs, 'line')}" />`,
  });
}

/** From 0 to 1; `undefined` where nothing was read. */
export function hitRate({ l1, l2, misses }: Pick<TrafficSample, 'l1' | 'l2' | 'misses'>): number | undefined {
  const reads = l1 + l2 + misses;
  return reads === 0 ? undefined : (l1 + l2) / reads;
}

function steps(samples: readonly TrafficSample[], spanMs: number, shape: 'line' | 'area'): string {
  let before: number | undefined;
  const path = samples.map((sample) => {
    const rate = hitRate(sample);
    const joins = shape === 'line' && before !== undefined;
    before = rate;
    if (rate === undefined) return '';
    const [from, to] = [position(sample.agoMs + sample.forMs, spanMs, plotWidth), position(sample.agoMs, spanMs, plotWidth)];
    const y = Math.round((1 + (plotHeight - 2) * (1 - rate)) * 10) / 10;
    if (shape === 'area') return `M${from} ${plotHeight}V${y}H${to}V${plotHeight}Z`;
    return joins ? `V${y}H${to}` : `M${from} ${y}H${to}`;
  });
  return path.join('');
}

function describe(samples: readonly TrafficSample[]): string {
  const rates = samples.map(hitRate).filter((rate) => rate !== undefined);
  const last = rates.at(-1);
  if (last === undefined) return 'Nothing was read yet.';
  return `${shareInWords(last)} at last, between ${shareInWords(Math.min(...rates))} and ${shareInWords(Math.max(...rates))}.`;
}
