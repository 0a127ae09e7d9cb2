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

/** A result that is not stored, and the fate of an older value. */
export class Unstored {
  constructor(readonly stale: 'delete' | 'keep') {}
}

/** For the log. */
export const notStored = 'the result is not stored';

/**
 * Calls the options that are functions of a result.
 * If `unless` returns `true`, an older value is deleted. If a function returns a value of a wrong type, nothing is known of the result, and the older
 * value stays until its grace periods are over.
 */
export function resultOptions(
  { tags, ttl, unless }: Pick<CacheableOptions<readonly unknown[], unknown>, 'tags' | 'ttl' | 'unless'>,
  results: OptionResults,
  { self, args, value }: MethodResult,
): ResultOptions | Unstored {
  const withResult = [value, ...args] as const;
  const refused = unless === undefined ? false : results.check('unless', unless.apply(self, [...withResult]), flagResult, notStored);
  if (refused !== false) return new Unstored(refused === true ? 'delete' : 'keep');
  const ownTags = typeof tags === 'function' ? results.check('tags', tags.apply(self, [...args]), listResult, notStored) : undefined;
  const ownTtl = typeof ttl === 'function' ? results.check('ttl', ttl.apply(self, [...withResult]), ttlResult, notStored) : undefined;
  if (typeof tags === 'function' && ownTags === undefined) return new Unstored('keep');
  if (typeof ttl === 'function' && ownTtl === undefined) return new Unstored('keep');
  return { ...(ownTags && { tags: ownTags }), ...(ownTtl !== undefined && { ttl: ownTtl }) };
}
