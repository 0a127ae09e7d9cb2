/**
 * V8 hashes numbers and bigints without a secret. Numbers chosen to collide are compared with all others of their Set: n²/2 comparisons.
 * 5 000 such numbers take 0.1 s; the 85 000 that fit into a megabyte would take 10 s.
 */
const maxNumbers = 5_000;

/**
 * Whether a JSON text is nested deeper than this.
 * @param content - the parsed text; it is searched only if the text has more brackets than levels, which is rare
 */
export function nestsDeeperThan(levels: number, text: string, content: unknown): boolean {
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
export function looksUpTooManyNumbers(tagged: unknown, text: string): boolean {
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
