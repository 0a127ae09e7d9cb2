import type { SanitizedKey } from '../ports/sanitized-key';

/** A key as it stands, unsanitised. Outside of tests only the cache makes keys. */
export function testKey(text: string): SanitizedKey {
  return text as SanitizedKey;
}
