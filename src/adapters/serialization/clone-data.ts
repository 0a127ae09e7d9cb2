import { isPlainJson } from './plain-json';
import { toTagged } from './tagged-json';

/**
 * A copy that shares nothing with the value. Throws where the copy would not be what the value was: of an instance of a class, only its fields
 * would be left, and whoever relies on the class to hide some of them would show them.
 */
export function cloneData(value: unknown): unknown {
  if (!isPlainJson(value)) toTagged(value);
  return structuredClone(value);
}
