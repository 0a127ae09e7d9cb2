import type { WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';

/**
 * Loads of one key share a flight within their group. A route handler loads a response, and a `wrap` of the same key loads data: neither caller
 * may get the other's value while both are running.
 */
export const flightGroups = ['handlers', 'calls'] as const;

export type FlightGroup = (typeof flightGroups)[number];

/** Marks options. No option of users can name it. */
const group = Symbol('tiercel.flightGroup');

type Grouped = WrapOptions & { readonly [group]?: FlightGroup };

/** The same options, for the load of a route handler. */
export function forHandler(options: WrapOptions): WrapOptions {
  return { ...options, [group]: 'handlers' } as Grouped;
}

export function flightGroupOf(options: WrapOptions | Ttl | undefined): FlightGroup {
  return (options as Grouped | undefined)?.[group] ?? 'calls';
}
