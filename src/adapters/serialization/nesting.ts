/**
 * Whether a text of JSON holds values nested deeper than so many levels.
 * @param content - what the text was parsed to; it is looked at only if the text opens so many levels at all, which few do
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

/** By hand, without a list of the fields of each object: this is done for every large value. */
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
