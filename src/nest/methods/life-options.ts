import { lifeFields } from '../../domain/life-checks';
import type { LifeOptions } from '../../domain/options';

export type LifeName = keyof LifeOptions;

export const lifeNames = Object.keys(lifeFields) as readonly LifeName[];

/** Those of `set`: the others are about loading. */
export const writtenLifeNames = ['ttl', 'jitter', 'staleWhileRevalidate', 'staleIfError', 'version'] as const satisfies readonly LifeName[];

/**
 * What the class says about its entries and what the method does, which wins.
 * @returns `undefined` where nobody says anything: the cache knows
 */
export function entryOptions(
  names: readonly LifeName[],
  config: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const options: Record<string, unknown> = {};
  for (const name of [...names, 'tags']) {
    const value = fixed(name, given[name]) ?? fixed(name, config[name]);
    if (value !== undefined) options[name] = value;
  }
  return Object.keys(options).length === 0 ? undefined : options;
}

/** What is a function of the call is asked at each call; a schema may be a function, and is one for all. */
function fixed(name: string, value: unknown): unknown {
  return typeof value === 'function' && name !== 'schema' ? undefined : value;
}
