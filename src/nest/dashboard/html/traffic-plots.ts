import type { CacheStats } from '../../../ports/cache-stats';
import type { TrafficSample } from '../view/histories';
import { html, type Html } from './html';
import { rateInWords, shareInWords, countInWords } from './in-words';
import { plotFrame, plotHeight, plotWidth, position } from './plot-frame';

const kinds = ['l1', 'l2', 'misses'] as const;

/** Reads per second, stacked by the place of the answer. */
export function trafficPlot(samples: readonly TrafficSample[], spanMs: number): Html {
  const top = roundAbove(Math.max(...samples.map((sample) => perSecond(sample, kinds.length)), 0));
  const areas = kinds.map((kind, level) => html`<path class="area ${kind}" d="${area(samples, level, top, spanMs)}" />`);
  return plotFrame({
    id: 'traffic-plot',
    title: 'Reads per second, by where they were answered',
    description: describeTraffic(samples),
    spanMs,
    levels: [`${rateInWords(top)}/s`, `${rateInWords(top / 2)}/s`, '0'],
    drawing: html`<defs>
        <pattern id="bars" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground l2" width="7" height="7" /><path class="hatch l2" d="M0 0V7M3.5 0V7" />
        </pattern>
        <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"
          ><rect class="ground misses" width="6" height="6" /><circle class="dot" cx="3" cy="3" r="1.7"
        /></pattern>
      </defs>
      ${areas}`,
  });
}

/** @param levels - the number of kinds to add up */
function perSecond(sample: TrafficSample, levels: number): number {
  if (sample.forMs <= 0) return 0;
  return kinds.slice(0, levels).reduce((sum, kind) => sum + sample[kind], 0) / (sample.forMs / 1_000);
}

/** One kind, stacked upon those below it: a step for each sample. */
function area(samples: readonly TrafficSample[], level: number, top: number, spanMs: number): string {
  const y = (rate: number): number => Math.round(plotHeight * (1 - rate / top) * 10) / 10;
  return samples
    .map((sample) => {
      const [from, to] = [position(sample.agoMs + sample.forMs, spanMs, plotWidth), position(sample.agoMs, spanMs, plotWidth)];
      const [floor, roof] = [y(perSecond(sample, level)), y(perSecond(sample, level + 1))];
      return roof === floor || from === to ? '' : `M${from} ${floor}V${roof}H${to}V${floor}Z`;
    })
    .join('');
}

function describeTraffic(samples: readonly TrafficSample[]): string {
  const last = samples.at(-1);
  if (last === undefined) return 'Nothing was recorded yet.';
  const peak = Math.max(...samples.map((sample) => perSecond(sample, kinds.length)));
  return `${rateInWords(perSecond(last, kinds.length))} reads per second now, ${rateInWords(peak)} at most.`;
}

/** 1, 2 or 5 times a power of ten. */
function roundAbove(rate: number): number {
  if (rate <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(rate));
  return [1, 2, 5].map((step) => step * power).find((step) => step >= rate) ?? 10 * power;
}

/** The share of reads that a tier answered; a gap where nothing was read. */
export function hitRatePlot(samples: readonly TrafficSample[], spanMs: number): Html {
  return plotFrame({
    id: 'hit-rate-plot',
    title: 'Hit rate',
    description: describeRates(samples),
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

function describeRates(samples: readonly TrafficSample[]): string {
  const rates = samples.map(hitRate).filter((rate) => rate !== undefined);
  const last = rates.at(-1);
  if (last === undefined) return 'Nothing was read yet.';
  return `${shareInWords(last)} at last, between ${shareInWords(Math.min(...rates))} and ${shareInWords(Math.max(...rates))}.`;
}

const barWidth = 720;

/** All reads since the start, by the place of the answer. The bar is also the legend of the traffic plot. */
export function originBar({ gets, hitsByTier: { l1, l2 }, misses }: CacheStats): Html {
  const parts = [
    { kind: 'l1', name: 'L1', count: l1 },
    { kind: 'l2', name: 'L2', count: l2 },
    { kind: 'misses', name: 'Misses', count: misses },
  ];
  let left = 0;
  const bars = parts.map(({ kind, count }) => {
    const share = gets === 0 ? 0 : Math.round((barWidth * count) / gets);
    left += share;
    return html`<rect class="area ${kind}" x="${left - share}" width="${share}" height="10" />`;
  });
  return html`<div id="origin" class="origin" data-live>
    <svg viewBox="0 0 ${barWidth} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="trough" width="${barWidth}" height="10" />
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
