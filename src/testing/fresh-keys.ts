import type { SanitizedKey } from '../ports/sanitized-key';
import { testKey } from './test-key';

/** Creates keys that no other test or run uses, so that a whole suite can share one server. */
export function freshKeys(): (text: string) => SanitizedKey {
  const prefix = Math.random().toString(36).slice(2);
  return (text) => testKey(`${prefix}:${text}`);
}
