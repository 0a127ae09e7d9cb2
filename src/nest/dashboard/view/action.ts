import type { Cache } from '../../../domain/cache';
import type { WriteOutcome } from '../../../domain/events/cache-events';
import type { SanitizedKey } from '../../../ports/sanitized-key';

export const tokenField = 'token';

export const actionField = 'action';

export const keyField = 'key';

/** `delete-name`: by the name that L1 has for it. `delete-key`: by the key that the application uses. */
export type ActionName = 'delete-name' | 'delete-key' | 'clear';

const actionNames: readonly ActionName[] = ['delete-name', 'delete-key', 'clear'];

/** A change that a person asks for. */
export interface Action {
  readonly name: ActionName;
  /** Empty for `clear`. */
  readonly key: string;
}

/** What the fields of a form say; `undefined` for what no form of the page says. */
export function actionOf(fields: Readonly<Record<string, unknown>>): Action | undefined {
  const name = actionNames.find((one) => one === fields[actionField]);
  const key = fields[keyField] ?? '';
  if (name === undefined || typeof key !== 'string') return undefined;
  return name === 'clear' || key !== '' ? { name, key } : undefined;
}

/** @throws CacheError `CACHE_CLOSED`, `CACHE_KEY_INVALID`, `CACHE_SANITIZER_FAILED` */
export async function perform({ name, key }: Action, cache: Cache): Promise<WriteOutcome> {
  switch (name) {
    case 'delete-name':
      // Whatever it is, it names a key of this namespace and of no other.
      return cache.inspector().delete(key as SanitizedKey);
    case 'delete-key':
      return cache.del(key);
    case 'clear':
      return cache.clear();
  }
}
