import type { SanitizedKey } from '../../ports/sanitized-key';

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
    const reply = await scan(cursor, pattern, keysPerScan);
    if (reply.keys.length > 0) yield reply.keys.map((key) => key.slice(keyPrefix.length) as SanitizedKey);
    cursor = String(reply.cursor);
  } while (cursor !== '0');
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
