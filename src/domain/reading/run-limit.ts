import type { WrapOptions } from '../options/call-options';
import type { Ttl } from '../options/options';
import { logOnce } from '../shared/log-once';

/**
 * How long callers share a load when nothing sets a `hardTimeout`. Past that the load goes on for the caller that began it, and its value is not stored;
 * of the others that wait, and those still to come, one begins a new load. No caller gets an error: it would not have had one without a cache.
 */
export interface RunLimit {
  readonly ms: number;
  /** Called for each load that takes longer. */
  readonly onExceeded: () => void;
}

/** Marks options. No option of users can name it. */
const runLimit = Symbol('tiercel.runLimit');

type Limited = WrapOptions & { readonly [runLimit]?: RunLimit };

/** The same options, for a load whose caller is a route handler or a decorated method. */
export function withRunLimit(options: WrapOptions, limit: RunLimit): WrapOptions {
  return { ...options, [runLimit]: limit } as Limited;
}

export function runLimitOf(options: WrapOptions | Ttl | undefined): RunLimit | undefined {
  return (options as Limited | undefined)?.[runLimit];
}

/** Milliseconds. */
const longestRunMs = 30_000;

/**
 * The limit of one route handler or decorated method.
 * @param name - class and method, for the log
 * @param warn - logs a message
 */
export function defaultRunLimit(name: string, warn: (message: string) => void): RunLimit {
  const warnOnce = logOnce(warn);
  const advice = 'its result is not stored, and later callers run it again; set hardTimeout for another limit';
  return { ms: longestRunMs, onExceeded: () => warnOnce(`${name} ran for more than ${longestRunMs / 1_000} s: ${advice}`) };
}
