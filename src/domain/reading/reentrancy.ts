import type { WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';

/**
 * Who asks for a key, from the outside in: a handler of requests, a decorated method, and everybody else. What one of them loads may ask for the very
 * key that it is loaded for, from further in; on one flight the two would wait for each other.
 */
export const lanes = ['handler', 'method', 'direct'] as const;

export type Lane = (typeof lanes)[number];

/** Where options name the lane: no option of users, who are always direct. */
const lane = Symbol('tiercel.lane');

type Laned = WrapOptions & { readonly [lane]?: Lane };

/** The same options, for calls of that lane. */
export function inLane(name: Lane, options: WrapOptions | undefined): WrapOptions {
  return { ...options, [lane]: name } as Laned;
}

export function laneOf(options: WrapOptions | Ttl | undefined): Lane {
  return (options as Laned | undefined)?.[lane] ?? 'direct';
}

/** What options say besides the lane: `undefined` where that is nothing, which need not be looked at. */
export function besidesLane(options: WrapOptions | Ttl | undefined): WrapOptions | Ttl | undefined {
  return laneOf(options) !== 'direct' && Object.keys(options as object).length === 0 ? undefined : options;
}
