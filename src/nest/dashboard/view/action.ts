import type { Cache } from '../../../domain/cache';
import type { WriteOutcome } from '../../../domain/events/cache-events';
import type { SanitizedKey } from '../../../ports/sanitized-key';

export const tokenField = 'token';

export const actionField = 'action';

export const keyField = 'key';

/** `delete-name`: by the name in L1. `delete-key` and `delete-tag`: by the key or the tag as the application writes it. */
export type ActionName = 'delete-name' | 'delete-key' | 'delete-tag' | 'clear';

const actionNames: readonly ActionName[] = ['delete-name', 'delete-key', 'delete-tag', 'clear'];

/** The action of a form. */
export interface Action {
  readonly name: ActionName;
  /** A key or a tag; empty for `clear`. */
  readonly key: string;
}

/** Reads the action from the fields of a form; `undefined` for fields that no form of the page sends. */
export function actionOf(fields: Readonly<Record<string, unknown>>): Action | undefined {
  const name = actionNames.find((one) => one === fields[actionField]);
  const key = fields[keyField] ?? '';
  if (name === undefined || typeof key !== 'string') return undefined;
  return name === 'clear' || key !== '' ? { name, key } : undefined;
}

/** @throws CacheError `CACHE_CLOSED`, `CACHE_KEY_INVALID`, `CACHE_TAG_INVALID`, `CACHE_SANITIZER_FAILED` */
export async function perform({ name, key }: Action, cache: Cache): Promise<WriteOutcome> {
  switch (name) {
    case 'delete-name':
      // Any text names a key of this namespace and of no other.
      return cache.inspector().delete(key as SanitizedKey);
    case 'delete-key':
      return cache.del(key);
    case 'delete-tag':
      return cache.delByTag(key);
    case 'clear':
      return cache.clear();
  }
}
