import type { TtlOption } from '../../../domain/options/options';
import type { CacheableOptions } from '../declared/method-options';
import { flagResult, listResult, type OptionResults, ttlResult } from './option-results';

export interface MethodResult {
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

interface ResultOptions {
  readonly tags?: readonly string[];
  readonly ttl?: TtlOption;
}

/** For the log. */
export const notStored = 'the result is not stored';

/**
 * Calls the options that are functions of a result.
 * @returns `undefined` when the result is not to be stored: `unless` says so, or one of the functions returned a value of a wrong type
 */
export function resultOptions(
  { tags, ttl, unless }: Pick<CacheableOptions<readonly unknown[], unknown>, 'tags' | 'ttl' | 'unless'>,
  results: OptionResults,
  { self, args, value }: MethodResult,
): ResultOptions | undefined {
  const withResult = [value, ...args] as const;
  if (unless !== undefined && results.check('unless', unless.apply(self, [...withResult]), flagResult, notStored) !== false)
    return undefined;
  const ownTags = typeof tags === 'function' ? results.check('tags', tags.apply(self, [...args]), listResult, notStored) : undefined;
  const ownTtl = typeof ttl === 'function' ? results.check('ttl', ttl.apply(self, [...withResult]), ttlResult, notStored) : undefined;
  if (typeof tags === 'function' && ownTags === undefined) return undefined;
  if (typeof ttl === 'function' && ownTtl === undefined) return undefined;
  return { ...(ownTags && { tags: ownTags }), ...(ownTtl !== undefined && { ttl: ownTtl }) };
}
