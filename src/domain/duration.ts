type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

/** A length of time: a number of milliseconds, or a string such as `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'1d'`. */
export type Duration = number | `${number}${DurationUnit}`;

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A thousand years. Who writes a larger number, such as `Number.MAX_SAFE_INTEGER`, means something else than a length of time. */
export const longestMs = 365_000 * 86_400_000;

/** Milliseconds, from 0 to a thousand years; `undefined` for whatever is no duration. */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? inMs(value) : value;
  return typeof ms === 'number' && ms >= 0 && ms <= longestMs ? ms : undefined;
}

function inMs(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (msPerUnit[unit] as number);
}
