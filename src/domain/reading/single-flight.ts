import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generations } from '../consistency/generations';
import type { WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';
import { type FlightTask, type FlightLimits, Flight } from './flight';

/**
 * Loads of one key share a flight within their group. A route handler loads a response, and a `wrap` of the same key loads data: neither caller
 * may get the other's value while both are running.
 */
const flightGroups = ['handlers', 'calls'] as const;

export type FlightGroup = (typeof flightGroups)[number];

/** Marks options. No option of users can name it. */
const group = Symbol('tiercel.flightGroup');

type Grouped = WrapOptions & { readonly [group]?: FlightGroup };

/**
 * One running flight per key and group. A caller that comes after an invalidation of the key does not join a flight that began before it: a new one
 * starts beside the old one.
 */
export class SingleFlight {
  readonly #flights: Readonly<Record<FlightGroup, Map<SanitizedKey, Flight>>> = { handlers: new Map(), calls: new Map() };
  readonly #generations: Generations;
  readonly #onJoin: (() => void) | undefined;

  /** @param onJoin - called for each caller that shares a running flight */
  constructor(generations: Generations, onJoin?: () => void) {
    this.#generations = generations;
    this.#onJoin = onJoin;
  }

  /** The flight that a new caller would join, if any. */
  current(key: SanitizedKey, group: FlightGroup = 'calls'): Flight | undefined {
    const flight = this.#flights[group].get(key);
    return flight?.current === true ? flight : undefined;
  }

  join(key: SanitizedKey, task: FlightTask, limits: FlightLimits, group: FlightGroup = 'calls'): Flight {
    const running = this.current(key, group);
    if (running === undefined) return this.#start(this.#flights[group], key, task, limits);
    this.#onJoin?.();
    return running;
  }

  get size(): number {
    return flightGroups.reduce((size, group) => size + this.#flights[group].size, 0);
  }

  #start(flights: Map<SanitizedKey, Flight>, key: SanitizedKey, task: FlightTask, limits: FlightLimits): Flight {
    const generation = this.#generations.begin(key);
    const flight: Flight = new Flight(generation, task, limits, () => {
      this.#generations.end(key, generation);
      if (flights.get(key) === flight) flights.delete(key);
    });
    flights.set(key, flight);
    return flight;
  }
}

/** The same options, for the load of a route handler. */
export function forHandler(options: WrapOptions): WrapOptions {
  return { ...options, [group]: 'handlers' } as Grouped;
}

export function flightGroupOf(options: WrapOptions | Ttl | undefined): FlightGroup {
  return (options as Grouped | undefined)?.[group] ?? 'calls';
}
