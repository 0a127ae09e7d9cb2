import type { TierPeriod } from '../view/histories';
import { html, type Html } from './html';
import { durationInWords, numbered } from './in-words';
import { plotWidth, position, ticks } from './plot-frame';

const height = 26;

/** The state of L2 over time, on the axis of the traffic plot: low bars while it was up, tall bars while it was not. */
export function l2Strip(periods: readonly TierPeriod[], spanMs: number): Html {
  const bars = periods
    .filter(({ agoMs, lastedMs }) => agoMs - lastedMs <= spanMs)
    .map(({ agoMs, lastedMs, state }) => {
      const [from, to] = [position(agoMs, spanMs, plotWidth), position(agoMs - lastedMs, spanMs, plotWidth)];
      const tall = heights[state];
      // A minimum width, so that a short outage is visible.
      return html`<rect class="period ${state}" x="${from}" y="${height - tall}" width="${Math.max(to - from, 2)}" height="${tall}" />`;
    });
  return html`<div class="plot strip" id="l2-strip" data-live>
    <div class="levels" aria-hidden="true"><span>down</span><span>up</span></div>
    <svg
      role="img"
      aria-labelledby="strip-title"
      aria-describedby="strip-description"
      viewBox="0 0 ${plotWidth} ${height}"
      preserveAspectRatio="none"
      focusable="false"
    >
      <title id="strip-title">L2 over time</title>
      <desc id="strip-description">${describe(periods, spanMs)}</desc>
      <defs>
        <pattern id="outage" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch bad" d="M0 0V6M3 0V6" />
        </pattern>
      </defs>
      ${bars}
    </svg>
    <div class="times" aria-hidden="true">${ticks(spanMs).map((tick) => html`<span>${tick}</span>`)}</div>
  </div>`;
}

const heights = { up: 8, recovering: 17, down: height } as const;

function describe(periods: readonly TierPeriod[], spanMs: number): string {
  const outages = periods.filter(({ agoMs, lastedMs, state }) => state === 'down' && agoMs - lastedMs < spanMs);
  if (outages.length === 0) return `No outage in the last ${durationInWords(spanMs)}.`;
  const downMs = outages.reduce((sum, { agoMs, lastedMs }) => sum + Math.min(lastedMs, spanMs - (agoMs - lastedMs)), 0);
  return `Down for ${durationInWords(downMs)} of the last ${durationInWords(spanMs)}, in ${numbered(outages.length, 'outage', 'outages')}.`;
}
