import { html, type Html } from './html';
import { ticks, tickShares } from './timeline';

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
