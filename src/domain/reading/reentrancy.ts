import type { WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';

/**
 * Who asks for a key, from the outside in: a handler of requests, a decorated method, and everybody else. What one of them loads may ask for the very
 * key that it is loaded for, from further in; on one flight the two would wait for each other.
 */
export const nestingLevels = ['handler', 'method', 'direct'] as const;

export type NestingLevel = (typeof nestingLevels)[number];

/** Where options name the lane: no option of users, who are always direct. */
const lane = Symbol('tiercel.lane');

type Laned = WrapOptions & { readonly [lane]?: NestingLevel };

/** The same options, for calls of that lane. */
export function atLevel(name: NestingLevel, options: WrapOptions | undefined): WrapOptions {
  return { ...options, [lane]: name } as Laned;
}

export function levelOf(options: WrapOptions | Ttl | undefined): NestingLevel {
  return (options as Laned | undefined)?.[lane] ?? 'direct';
}

/** What options say besides the lane: `undefined` where that is nothing, which need not be looked at. */
export function withoutLevel(options: WrapOptions | Ttl | undefined): WrapOptions | Ttl | undefined {
  return levelOf(options) !== 'direct' && Object.keys(options as object).length === 0 ? undefined : options;
}
