import { CacheError } from '../../domain/cache-error';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { replyCode, replyMeaning } from './failure';
import type { RedisCommands } from './redis-commands';

/** How many keys the server looks at per SCAN. 500 take some tenths of a millisecond of its time. */
const keysPerScan = 500;

interface ScanReply {
  readonly cursor: unknown;
  /** Whole keys, as the server stores them. */
  readonly keys: readonly string[];
}

export interface ScanParts {
  readonly prefix: string;
  /** The client adds it to the keys of other commands, but neither to SCAN's pattern nor to its reply. */
  readonly keyPrefix: string;
  readonly scan: (cursor: string, pattern: string, count: number) => Promise<ScanReply>;
}

/** The keys on one server that begin with `keyPrefix + prefix`, batch by batch and without `keyPrefix`. KEYS would block the server. */
export async function* scanKeys({ prefix, keyPrefix, scan }: ScanParts): AsyncGenerator<readonly SanitizedKey[]> {
  const pattern = `${escapeGlob(keyPrefix + prefix)}*`;
  let cursor = '0';
  do {
    const reply = await scan(cursor, pattern, keysPerScan).catch(rejectRefusal);
    if (reply.keys.length > 0) yield reply.keys.map((key) => key.slice(keyPrefix.length) as SanitizedKey);
    cursor = String(reply.cursor);
  } while (cursor !== '0');
}

/** A server without SCAN, or a user without the permission, can never erase. @throws CacheError `CACHE_CLEAR_UNSUPPORTED`, or the error itself */
function rejectRefusal(error: unknown): never {
  const code = replyCode(error);
  if (code !== 'NOPERM' && replyMeaning(error) !== 'refuses the command') throw error;
  throw new CacheError(
    'CACHE_CLEAR_UNSUPPORTED',
    `clear: the server refused SCAN (${String(code)}); allow it (+scan), or let the entries, which are misses already, expire`,
  );
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

interface ClearPrefixParts {
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
