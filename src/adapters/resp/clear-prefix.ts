import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RedisCommands } from './redis-commands';
import { scanKeys } from './scan';

export interface ClearPrefixParts {
  readonly prefix: SanitizedKey;
  readonly keyPrefix: string;
  readonly remove: (keys: readonly SanitizedKey[]) => Promise<void>;
}

/** Deletes the keys of one server that begin with the prefix. */
export async function clearPrefix(node: Pick<RedisCommands, 'scan'>, { prefix, keyPrefix, remove }: ClearPrefixParts): Promise<void> {
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
