import type { TierHealth } from '../../../domain/l2/remote-tier';
import type { Layer2Stats, CacheStats } from '../../../ports/cache-stats';
import type { CacheView } from '../view/cache-view';
import type { TierPeriod } from '../view/histories';
import { panel, facts, stateMark, liveTable } from './elements';
import { html, type Html, foreignText, type Fragment } from './html';
import { countInWords, latencyInWords, durationInWords, bytesInWords, timeOfDay, numbered } from './in-words';
import { plotWidth, position, ticks } from './plot-frame';

export function l2Panel(view: CacheView, spanMs: number, now: number): Html {
  const { l2 } = view.health;
  const { stats } = view;
  if (l2 === undefined || stats?.l2 === undefined) {
    return panel('l2', 'L2', html`<p class="quiet">This cache has one tier: it uses no server.</p>`);
  }
  return panel('l2', 'L2', [status(l2, now), l2Strip(view.l2Periods, spanMs), l2Facts(l2, stats, stats.l2), history(view.l2Periods, now)]);
}

/** Invalidations that are exchanged with other processes. */
export function busPanel({ bus, busLag }: Layer2Stats): Html {
  return panel(
    'bus',
    'Other processes',
    facts('bus-facts', [
      ['Invalidations are received', busMark(bus.up)],
      ['Invalidations sent', countInWords(bus.sent)],
      ['Invalidations received', countInWords(bus.received)],
      ['Gaps', countInWords(bus.gaps), 'L1 was emptied'],
      ['Round trip of a message', `p50 ${latencyInWords(busLag.p50Ms)}`, `p99 ${latencyInWords(busLag.p99Ms)}`],
    ]),
  );
}

function busMark(up: boolean | undefined): Html {
  if (up === undefined) return stateMark('quiet', 'no bus');
  return up ? stateMark('good', 'yes') : stateMark('bad', 'no, the bus is down');
}

function status(l2: TierHealth, now: number): Html {
  const mood = l2.state === 'down' ? 'bad' : l2.state === 'up' && l2.reason === undefined ? 'good' : 'warn';
  const refusesWrites = l2.state === 'up' && l2.reason !== undefined;
  // The start of the refusal is not known, only the start of the state.
  const [text, lasting] = refusesWrites ? ['up, refuses writes', ''] : [l2.state, ` for ${durationInWords(Math.max(0, now - l2.since))}`];
  return html`<p id="l2-status" class="status" data-live>
    ${stateMark(mood, text)}${lasting}, through ${foreignText(l2.driver)}${because(l2.reason)}
  </p>`;
}

function because(reason: string | undefined): Fragment {
  return reason === undefined ? undefined : html`: ${foreignText(reason)}`;
}

function l2Facts(l2: TierHealth, { hitsByTier, maxPending, payloadBytes, pending }: CacheStats, shared: Layer2Stats): Html {
  const { overruns } = shared;
  return facts('l2-facts', [
    ['Circuit breaker', breakerMark(l2.breaker)],
    ['Pending deletes', countInWords(pending), pending === Infinity ? undefined : `of at most ${countInWords(maxPending)}`],
    ['Hits', countInWords(hitsByTier.l2)],
    ['Failed calls', countInWords(shared.failures)],
    ['Calls answered without L2', countInWords(shared.skipped)],
    ['Past their deadline', countInWords(overruns.read + overruns.write + overruns.clear)],
    ['Read, written', `${bytesInWords(payloadBytes.read)} · ${bytesInWords(payloadBytes.written)}`],
  ]);
}

function breakerMark(breaker: TierHealth['breaker']): Html {
  if (breaker === undefined) return stateMark('quiet', 'none');
  return stateMark(breaker === 'closed' ? 'good' : breaker === 'open' ? 'bad' : 'warn', breaker);
}

function history(periods: readonly TierPeriod[], now: number): Html {
  return html`<details class="numbers">
    <summary>History of L2</summary>
    ${liveTable({
      id: 'l2-rows',
      label: 'History of L2',
      caption: html`The last ${periods.length} of at most 50 states, the newest first. Times are UTC.`,
      columns: [{ name: 'Since' }, { name: 'State' }, { name: 'For' }, { name: 'Why', kind: 'wide' }],
      rows: periods.map((period) => row(period, now)),
    })}
  </details>`;
}

const moods = { up: 'good', recovering: 'warn', down: 'bad' } as const;

function row({ agoMs, lastedMs, reason, state }: TierPeriod, now: number): Html {
  return html`<tr>
    <th scope="row"><time datetime="${new Date(now - agoMs).toISOString()}">${timeOfDay(now - agoMs)}</time></th>
    <td>${stateMark(moods[state], state)}</td>
    <td>${durationInWords(lastedMs)}</td>
    <td class="wide">${reason === undefined ? '' : foreignText(reason)}</td>
  </tr>`;
}

const height = 26;

/** The state of L2 over time, on the axis of the traffic plot: low bars while it was up, tall bars while it was not. */
function l2Strip(periods: readonly TierPeriod[], spanMs: number): Html {
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
