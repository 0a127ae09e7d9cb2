import type { TrafficSample } from '../view/traffic-history';
import { html, type Html } from './html';
import { rateInWords } from './in-words';
import { plotFrame, plotHeight, plotWidth, position } from './plot-frame';

const kinds = ['l1', 'l2', 'misses'] as const;

/** Reads per second, stacked by the place of the answer. */
export function trafficPlot(samples: readonly TrafficSample[], spanMs: number): Html {
  const top = roundAbove(Math.max(...samples.map((sample) => perSecond(sample, kinds.length)), 0));
  const areas = kinds.map((kind, level) => html`<path class="area ${kind}" d="${area(samples, level, top, spanMs)}" />`);
  return plotFrame({
    id: 'traffic-plot',
    title: 'Reads per second, by where they were answered',
    description: describe(samples),
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

function describe(samples: readonly TrafficSample[]): string {
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
