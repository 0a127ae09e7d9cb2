import type { SanitizedKey } from '../ports/sanitized-key';

/** A key without sanitising. Outside of tests only the cache creates keys. */
export function testKey(text: string): SanitizedKey {
  return text as SanitizedKey;
}

/** Creates keys that no other test or run uses, so that a whole suite can share one server. */
export function freshKeys(): (text: string) => SanitizedKey {
  const prefix = Math.random().toString(36).slice(2);
  return (text) => testKey(`${prefix}:${text}`);
}
