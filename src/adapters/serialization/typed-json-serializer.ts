import type { Serializer } from '../../ports/serializer';
import { looksUpTooManyNumbers, nestsDeeperThan } from './json-limits';
import { isPlainJson } from './plain-json';
import { fromTagged, toTagged, Unencodable } from './tagged-json';

const plain = 'j';
const tagged = 'x';

/**
 * JSON, or tagged JSON where JSON would change the value; the first letter says which. `Date`, `Map`, `Set`, `BigInt`, `Buffer` and typed arrays,
 * `undefined` in objects and arrays, `NaN`, the infinities and `-0` survive. Functions, symbols, cycles and instances of classes are not serialised.
 */
export const typedJsonSerializer: Serializer = {
  serialize(value) {
    if (isPlainJson(value)) return plain + JSON.stringify(value);
    try {
      return tagged + encode(toTagged(value));
    } catch (error) {
      if (error instanceof Unencodable) return undefined;
      throw error;
    }
  },

  deserialize(text) {
    const content: unknown = JSON.parse(text.slice(1));
    if (text.startsWith(plain)) return assertShallow(assertHarmless(content, text), text);
    if (text.startsWith(tagged)) return fromTagged(assertBounded(assertShallow(content, text), text));
    throw new Unencodable('an unknown encoding');
  },
};

function encode(content: unknown): string {
  const text = JSON.stringify(content);
  assertBounded(content, text);
  return text;
}

/**
 * `JSON.parse` creates `__proto__` as an ordinary field, and the next `Object.assign` of the application sets it as the prototype.
 */
function assertHarmless(content: unknown, text: string): unknown {
  if (mayReachPrototype(text) && !isPlainJson(content)) throw new Unencodable('a field that reaches a prototype');
  return content;
}

/** The name of such a field may be written plainly or with an escape for any of its letters. */
function mayReachPrototype(text: string): boolean {
  // A search is fast if the first letter of its pattern is rare: underscores, backslashes and y are, quotes are not.
  return text.includes('__proto__') || text.includes('\\u') || (text.includes('ype"') && text.includes('"prototype"'));
}

/**
 * The serializer writes at most 400 levels (200, and their tags); recursive functions overflow the stack near 5 000. The limit is high enough that
 * an ordinary text has too few brackets to be searched.
 */
const maxDepthOnRead = 1_000;

/** Deep nesting would overflow the stack of the application's own recursive functions. */
function assertShallow(content: unknown, text: string): unknown {
  if (nestsDeeperThan(maxDepthOnRead, text, content)) throw new Unencodable('too much nesting');
  return content;
}

/** Checked on write too: a payload that is refused on read must not be written. */
function assertBounded(content: unknown, text: string): unknown {
  if (looksUpTooManyNumbers(content, text)) throw new Unencodable('too many numbers in Sets or as keys of Maps');
  return content;
}

/**
 * A deep copy. Unlike `structuredClone`, it throws for an instance of a class: the copy would have the fields alone, and show those that the class
 * hides.
 */
export function cloneData(value: unknown): unknown {
  if (!isPlainJson(value)) toTagged(value);
  return structuredClone(value);
}
