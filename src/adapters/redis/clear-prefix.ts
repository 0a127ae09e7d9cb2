import type { SanitizedKey } from '../../ports/sanitized-key';
import { escapeGlob } from '../resp/escape-glob';
import type { RedisClient } from './redis-client';

/** How many keys the server looks at per SCAN: some tenths of a millisecond of its time. */
const scanCount = 500;

export interface ClearPrefixParts {
  readonly prefix: SanitizedKey;
  /** ioredis puts it before the keys of every command, except into the pattern and the answers of SCAN. */
  readonly keyPrefix: string | undefined;
  readonly remove: (keys: readonly SanitizedKey[]) => Promise<void>;
}

/** Deletes what begins with the prefix, batch by batch, without holding the server up as KEYS would. */
export async function clearPrefix(node: RedisClient, { prefix, keyPrefix = '', remove }: ClearPrefixParts): Promise<void> {
  const pattern = `${escapeGlob(keyPrefix + prefix)}*`;
  let cursor = '0';
  do {
    const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
    await remove(found.map((key) => key.slice(keyPrefix.length) as SanitizedKey));
    cursor = next;
  } while (cursor !== '0');
}
