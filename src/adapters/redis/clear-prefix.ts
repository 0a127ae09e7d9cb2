import type { SanitizedKey } from '../../ports/sanitized-key';
import { scanKeys } from '../resp/scan';
import type { RedisClient } from './redis-client';

export interface ClearPrefixParts {
  readonly prefix: SanitizedKey;
  readonly keyPrefix: string | undefined;
  readonly remove: (keys: readonly SanitizedKey[]) => Promise<void>;
}

/** Deletes the keys of one server that begin with the prefix. */
export async function clearPrefix(node: RedisClient, { prefix, keyPrefix = '', remove }: ClearPrefixParts): Promise<void> {
  const found = scanKeys({
    prefix,
    keyPrefix,
    scan: async (from, pattern, count) => {
      const [cursor, keys] = await node.scan(from, 'MATCH', pattern, 'COUNT', count);
      return { cursor, keys };
    },
  });
  for await (const keys of found) await remove(keys);
}
