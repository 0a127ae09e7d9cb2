import { longestMs } from '../../domain/options/option-checks';
import type { Ttl } from '../../domain/options/options';
import type { WrapOptions } from './cache';

type Length<T> = number | ((value: T) => number) | undefined;

/** What one `wrap` asks for, in whichever way it was said. */
export interface WrapTerms<T> {
  readonly ttl: Length<T>;
  readonly refreshThreshold: Length<T>;
  readonly raw: boolean;
}

export function wrapTerms<T>(given: Length<T> | (WrapOptions<T> & { raw?: boolean }), refreshThreshold: Length<T>): WrapTerms<T> {
  if (typeof given !== 'object') return { ttl: given, refreshThreshold, raw: false };
  return { ttl: given.ttl, refreshThreshold: given.refreshThreshold, raw: given.raw === true };
}

/** @param length - milliseconds, or what computes them from the value */
export function lengthFor<T>(value: T, length: Length<T>): number | undefined {
  return typeof length === 'function' ? length(value) : length;
}

/** @param ms - 0, and what no clock will see, are for ever, as with Keyv; a value that is not a time is passed on: the option check refuses it */
export function timeToLive(ms: number): Ttl {
  return ms === 0 || ms > longestMs ? 'forever' : ms;
}
