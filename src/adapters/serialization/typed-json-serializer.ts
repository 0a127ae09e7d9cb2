import type { Serializer } from '../../ports/serializer';
import { nestsDeeperThan, looksUpTooManyNumbers } from './hostile-json';

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
      return tagged + written(toTagged(value));
    } catch (error) {
      if (error instanceof Unencodable) return undefined;
      throw error;
    }
  },

  deserialize(text) {
    const content: unknown = JSON.parse(text.slice(1));
    if (text.startsWith(plain)) return harmless(content, text);
    if (text.startsWith(tagged)) return fromTagged(quick(shallow(content, text), text));
    throw new Unencodable('an unknown encoding');
  },
};

function written(content: unknown): string {
  const text = JSON.stringify(content);
  quick(content, text);
  return text;
}

/**
 * `JSON.parse` makes `__proto__` a field like any other, and the next `Object.assign` of the application makes a prototype of it; and it nests
 * as deep as it is told, until the application's own recursion runs out of stack.
 */
function harmless(content: unknown, text: string): unknown {
  if (isSuspicious(text) && !isPlainJson(content)) throw new Unencodable('a field that reaches for a prototype');
  return shallow(content, text);
}

/** A treacherous name is written as it is or with escapes, and any of its letters may be one. */
function isSuspicious(text: string): boolean {
  // A search stops at each first letter of what it looks for: few texts hold many an underscore, backslash or y, and all hold many a quote.
  return text.includes('__proto__') || text.includes('\\u') || (text.includes('ype"') && text.includes('"prototype"'));
}

/**
 * Far above what we write, which is twice 200 levels in tags, and far below the 5 000 at which recursions run out of stack. So high that a
 * text of ordinary size need not be looked at.
 */
const deepestRead = 1_000;

function shallow(content: unknown, text: string): unknown {
  if (nestsDeeperThan(deepestRead, text, content)) throw new Unencodable('too much nesting');
  return content;
}

/** For both directions: what could not be read again is not to be written. */
function quick(content: unknown, text: string): unknown {
  if (looksUpTooManyNumbers(content, text)) throw new Unencodable('too many numbers in Sets or as keys of Maps');
  return content;
}
