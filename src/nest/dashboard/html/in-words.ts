const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time, in its two largest units: `3 min 20 s`. */
export function durationInWords(ms: number): string {
  if (ms === Infinity) return 'without end';
  if (ms < 1_000) return 'under 1 s';
  const largest = units.findIndex(([, unitMs]) => ms >= unitMs);
  const [first, second] = units.slice(largest, largest + 2);
  if (first === undefined) return 'under 1 s';
  const [unit, unitMs] = first;
  const whole = `${String(Math.floor(ms / unitMs))} ${unit}`;
  const rest = second === undefined ? 0 : Math.floor((ms % unitMs) / second[1]);
  return second === undefined || rest === 0 ? whole : `${whole} ${String(rest)} ${second[0]}`;
}

/** A duration: `1.3 µs`, `0.42 ms`, `2.1 s`. */
export function latencyInWords(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 0.1) return `${threeDigits(ms * 1_000)} µs`;
  return ms < 1_000 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1_000)} s`;
}

export function bytesInWords(bytes: number): string {
  if (bytes < 1_000) return `${String(Math.round(bytes))} B`;
  if (bytes < 1_000_000) return `${threeDigits(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${threeDigits(bytes / 1_000_000)} MB` : `${threeDigits(bytes / 1_000_000_000)} GB`;
}

/** @param share - from 0 to 1; only 1 is shown as 100 %, and only 0 as 0 % */
export function shareInWords(share: number): string {
  const percent = share * 100;
  const shown = percent > 99.9 && percent < 100 ? 99.9 : percent > 0 && percent < 0.1 ? 0.1 : percent;
  return `${shown === 100 ? '100' : shown.toFixed(1)}\u00A0%`;
}

export function countInWords(count: number): string {
  return count === Infinity ? 'everything' : count.toLocaleString('en').replaceAll(',', '\u202F');
}

export function rateInWords(perSecond: number): string {
  return perSecond < 100 ? threeDigits(perSecond) : countInWords(Math.round(perSecond));
}

/** `one` for 1, the other for all else. */
export function numbered(count: number, one: string, many: string): string {
  return `${countInWords(count)} ${count === 1 ? one : many}`;
}

/** Of the day, in UTC: `22:04:09`. */
export function timeOfDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 19);
}

function threeDigits(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}
