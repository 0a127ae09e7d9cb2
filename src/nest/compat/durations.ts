import { longestMs } from '../../domain/options/option-checks';
import type { Ttl } from '../../domain/options/options';
import type { WrapOptions } from './cache';

type DurationOf<T> = number | ((value: T) => number) | undefined;

/** Options of one `wrap`, which takes them as an object or as arguments. */
export interface WrapSettings<T> {
  readonly ttl: DurationOf<T>;
  readonly refreshThreshold: DurationOf<T>;
  readonly raw: boolean;
}

export function wrapSettings<T>(
  given: DurationOf<T> | (WrapOptions<T> & { raw?: boolean }),
  refreshThreshold: DurationOf<T>,
): WrapSettings<T> {
  if (typeof given !== 'object') return { ttl: given, refreshThreshold, raw: false };
  return { ttl: given.ttl, refreshThreshold: given.refreshThreshold, raw: given.raw === true };
}

/** @param duration - milliseconds, or a function that computes them from the value */
export function durationFor<T>(value: T, duration: DurationOf<T>): number | undefined {
  return typeof duration === 'function' ? duration(value) : duration;
}

/** @param ms - 0 and more than 1000 years mean forever, as with Keyv; an invalid value is passed on, and the option check refuses it */
export function timeToLive(ms: number): Ttl {
  return ms === 0 || ms > longestMs ? 'forever' : ms;
}
