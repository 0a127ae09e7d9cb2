import type { Serializer } from '../../ports/serializer';
import { isPlainJson } from './plain-json';
import { fromTagged, toTagged, Unencodable } from './tagged-json';

const plain = 'j';
const tagged = 'x';

/**
 * JSON, and where JSON would change a value, tagged JSON; the first letter says which. `Date`, `Map`, `Set`, `BigInt`, `Buffer` and typed arrays,
 * `undefined` in objects and arrays, `NaN`, the infinities and `-0` come back as they were. Functions, symbols, cycles and instances of classes do
 * not travel.
 */
export const typedJsonSerializer: Serializer = {
  serialize(value) {
    if (isPlainJson(value)) return plain + JSON.stringify(value);
    try {
      return tagged + JSON.stringify(toTagged(value));
    } catch (error) {
      if (error instanceof Unencodable) return undefined;
      throw error;
    }
  },

  deserialize(text) {
    const content: unknown = JSON.parse(text.slice(1));
    if (text.startsWith(plain)) return harmless(content, text);
    if (text.startsWith(tagged)) return fromTagged(content);
    throw new Unencodable('an unknown encoding');
  },
};

/** `JSON.parse` makes `__proto__` a field like any other, and the next `Object.assign` of the application makes a prototype of it. */
function harmless(content: unknown, text: string): unknown {
  if (isSuspicious(text) && !isPlainJson(content)) throw new Unencodable('a field named __proto__');
  return content;
}

/** A field named `__proto__` is written as it is or with escapes, and any of its letters may be one. */
function isSuspicious(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u');
}
