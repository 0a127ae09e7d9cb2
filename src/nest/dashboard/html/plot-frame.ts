import type { TierPeriod, TrafficSample } from '../view/histories';

import { type Html, html } from './html';

/** Shares of the span, the oldest first: thirds of 1, 3, 6 and 15 minutes are whole numbers. */
const tickShares = [1, 2 / 3, 1 / 3] as const;

/** The drawing is stretched to the available width; the words around it keep their size. */
export const plotWidth = 720;

export const plotHeight = 140;

export interface PlotFrame {
  readonly id: string;
  /** Read by screen readers. */
  readonly title: string;
  readonly description: string;
  readonly drawing: Html;
  readonly spanMs: number;
  /** From the top down. */
  readonly levels: readonly string[];
}

export function plotFrame({ id, title, description, drawing, levels, spanMs }: PlotFrame): Html {
  const gridlines = tickShares.slice(1).map((share) => html`<path class="grid" d="M${Math.round(plotWidth * share)} 0V${plotHeight}" />`);
  return html`<div class="plot">
    <div class="levels" aria-hidden="true">${levels.map((level) => html`<span>${level}</span>`)}</div>
    <svg
      class="drawing"
      role="img"
      aria-labelledby="${id}-title"
      aria-describedby="${id}-description"
      viewBox="0 0 ${plotWidth} ${plotHeight}"
      preserveAspectRatio="none"
      focusable="false"
    >
      <title id="${id}-title">${title}</title>
      <desc id="${id}-description">${description}</desc>
      ${gridlines}
      <path class="grid" d="M0 ${plotHeight / 2}H${plotWidth}" />
      ${drawing}
      <path class="base" d="M0 ${plotHeight}H${plotWidth}" />
    </svg>
    <div class="times" aria-hidden="true">${ticks(spanMs).map((tick) => html`<span>${tick}</span>`)}</div>
  </div>`;
}

const minuteMs = 60_000;

const spansMs = [minuteMs, 3 * minuteMs, 6 * minuteMs, 15 * minuteMs] as const;

/** The period that all drawings of a page show, up to now: the shortest one that holds the whole history. */
export function spanOf(traffic: readonly TrafficSample[], periods: readonly TierPeriod[]): number {
  const first = traffic[0];
  const oldest = Math.max(first === undefined ? 0 : first.agoMs + first.forMs, periods.length > 1 ? (periods.at(-2)?.agoMs ?? 0) : 0);
  return spansMs.find((spanMs) => oldest <= spanMs) ?? 15 * minuteMs;
}

/** The x coordinate of an instant in a drawing of the given width. */
export function position(agoMs: number, spanMs: number, width: number): number {
  return Math.round(width * Math.min(1, Math.max(0, 1 - agoMs / spanMs)) * 10) / 10;
}

/** Ticks of the axis of time, the oldest first. */
export function ticks(spanMs: number): readonly string[] {
  const ago = (share: number): string => {
    const ms = spanMs * share;
    return ms < minuteMs ? `−${String(Math.round(ms / 1_000))} s` : `−${String(Math.round(ms / minuteMs))} min`;
  };
  return [...tickShares.map(ago), 'now'];
}
