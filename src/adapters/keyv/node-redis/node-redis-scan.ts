import type { SanitizedKey } from '../../../ports/sanitized-key';
import { escapeGlob } from '../../resp/escape-glob';
import type { KeyvRedisLike } from '../adapter/storage-adapter';

/** How many keys the server looks at per SCAN: some tenths of a millisecond of its time. */
const scanCount = 500;

/** The keys with this prefix on every master, as the adapter's own methods take them: without the adapter's namespace. */
export async function* scanKeys(adapter: KeyvRedisLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  const namespace = adapter.createKeyPrefix('', adapter.namespace);
  const pattern = `${escapeGlob(namespace + prefix)}*`;
  for (const node of await adapter.getMasterNodes()) {
    let cursor = '0';
    do {
      const reply = await node.scan(cursor, { MATCH: pattern, COUNT: scanCount });
      if (reply.keys.length > 0) yield reply.keys.map((key) => key.slice(namespace.length) as SanitizedKey);
      cursor = String(reply.cursor);
    } while (cursor !== '0');
  }
}
