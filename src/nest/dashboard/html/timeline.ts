import type { TrafficSample } from '../view/traffic-history';
import type { TierPeriod } from '../view/tier-history';

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

/** Shares of the span, the oldest first: thirds of 1, 3, 6 and 15 minutes are whole numbers. */
export const tickShares = [1, 2 / 3, 1 / 3] as const;

/** Ticks of the axis of time, the oldest first. */
export function ticks(spanMs: number): readonly string[] {
  const ago = (share: number): string => {
    const ms = spanMs * share;
    return ms < minuteMs ? `−${String(Math.round(ms / 1_000))} s` : `−${String(Math.round(ms / minuteMs))} min`;
  };
  return [...tickShares.map(ago), 'now'];
}
