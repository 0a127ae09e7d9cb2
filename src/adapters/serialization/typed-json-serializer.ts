import type { Serializer } from '../../ports/serializer';
import { isPlainJson } from './plain-json';
import { fromTagged, toTagged, Unencodable } from './tagged-json';

const plainMark = 'j';
const taggedMark = 'x';

/**
 * JSON, or tagged JSON where JSON would change the value; the first letter says which. `Date`, `Map`, `Set`, `BigInt`, `Buffer` and typed arrays,
 * `undefined` in objects and arrays, `NaN`, the infinities and `-0` survive. Functions, symbols, cycles and instances of classes are not serialised.
 */
export const typedJsonSerializer: Serializer = {
  serialize(value) {
    if (isPlainJson(value)) return plainMark + JSON.stringify(value);
    try {
      return taggedMark + encode(toTagged(value));
    } catch (error) {
      if (error instanceof Unencodable) return undefined;
      throw error;
    }
  },

  deserialize(text) {
    const content: unknown = JSON.parse(text.slice(1));
    if (text.startsWith(plainMark)) return assertShallow(assertHarmless(content, text), text);
    if (text.startsWith(taggedMark)) return fromTagged(assertBounded(assertShallow(content, text), text));
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

/**
 * V8 hashes numbers and bigints without a secret. Numbers chosen to collide are compared with all others of their Set: n²/2 comparisons.
 * 5 000 such numbers take 0.1 s; the 85 000 that fit into a megabyte would take 10 s.
 */
const maxNumbers = 5_000;

/**
 * Whether a JSON text is nested deeper than this.
 * @param content - the parsed text; it is searched only if the text has more brackets than levels, which is rare
 */
function nestsDeeperThan(levels: number, text: string, content: unknown): boolean {
  const mayBe = text.length > 2 * levels && count(text, '{', levels) + count(text, '[', levels) > levels;
  return mayBe && isDeeperThan(levels, content);
}

function count(text: string, letter: string, enough: number): number {
  let found = 0;
  for (let at = text.indexOf(letter); at !== -1 && found <= enough; at = text.indexOf(letter, at + 1)) found += 1;
  return found;
}

/** `for in`, because `Object.values` would allocate a list for each object, and this runs for every large value. */
function isDeeperThan(levels: number, content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(content)) {
    for (let i = 0; i < content.length; i++) if (isDeeperThan(levels - 1, content[i])) return true;
    return false;
  }
  for (const name in content) if (isDeeperThan(levels - 1, (content as Record<string, unknown>)[name])) return true;
  return false;
}

/** Whether reviving tagged JSON could take longer than one Set of 5 000 colliding numbers. */
function looksUpTooManyNumbers(tagged: unknown, text: string): boolean {
  // A shorter text cannot hold so many numbers.
  return text.length > 2 * maxNumbers && comparisons(tagged) > maxNumbers ** 2;
}

function comparisons(tagged: unknown): number {
  if (typeof tagged !== 'object' || tagged === null) return 0;
  let sum = Array.isArray(tagged) ? lookups(tagged) ** 2 : 0;
  for (const part of Object.values(tagged)) sum += comparisons(part);
  return sum;
}

function lookups(tagged: readonly unknown[]): number {
  const [tag] = tagged;
  if (tag !== 'set' && tag !== 'map') return 0;
  const stride = tag === 'set' ? 1 : 2;
  let numbers = 0;
  for (let at = 1; at < tagged.length; at += stride) if (isNumber(tagged[at])) numbers += 1;
  return numbers;
}

function isNumber(tagged: unknown): boolean {
  return typeof tagged === 'number' || (Array.isArray(tagged) && tagged[0] === 'bigint');
}
