import type { SanitizedKey } from '../../../ports/sanitized-key';
import { scanKeys as scanServer } from '../../resp/scan';
import type { KeyvRedisLike } from '../adapter/storage-adapter';

/** The keys with this prefix on every master, without the adapter's namespace, as the adapter's methods take them. */
export async function* scanKeys(adapter: KeyvRedisLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  const keyPrefix = adapter.createKeyPrefix('', adapter.namespace);
  for (const node of await adapter.getMasterNodes()) {
    yield* scanServer({ prefix, keyPrefix, scan: (cursor, MATCH, COUNT) => node.scan(cursor, { MATCH, COUNT }) });
  }
}
