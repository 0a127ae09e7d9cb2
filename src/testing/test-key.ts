import type { SanitizedKey } from '../ports/sanitized-key';

/** A key without sanitising. Outside of tests only the cache creates keys. */
export function testKey(text: string): SanitizedKey {
  return text as SanitizedKey;
}
