/** Deep enough for an error, its causes, and the fields that clients add, such as the arguments of the failed command. */
const maxDepth = 6;

/** All text that a log or an error reporter could print for a value. */
export function textOf(thing: unknown): string {
  const seen = new Set<unknown>();
  const visit = (part: unknown, depth: number): string => {
    if (part instanceof Uint8Array) return new TextDecoder().decode(part);
    if (typeof part === 'function') return '';
    if (typeof part !== 'object' || part === null) return String(part);
    if (depth === maxDepth || seen.has(part)) return '';
    seen.add(part);
    return Reflect.ownKeys(part)
      .map((name) => visit(Reflect.get(part, name), depth + 1))
      .join('\n');
  };
  return visit(thing, 0);
}
