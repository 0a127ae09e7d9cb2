import type { Cache } from '../../domain/cache';
import type { HeldEntry } from '../../domain/cache-inspector';
import type { CacheKey } from '../../ports/cache-key';

export interface FoundKey {
  readonly name: CacheKey;
  readonly entry: HeldEntry;
}

export interface KeySearch {
  /** What was looked for; empty for everything. */
  readonly text: string;
  /** How many names hold it. */
  readonly found: number;
  /** The first of them. */
  readonly shown: readonly FoundKey[];
}

const maxShown = 100;

/** What layer 1 of a namespace holds under names that contain a text: as it is written there, or as a key that the sanitizer names. */
export function searchKeys(namespace: Cache, text: string): KeySearch {
  const inspector = namespace.inspector();
  const texts = [text, ...nameOf(namespace, text)];
  const shown: FoundKey[] = [];
  let found = 0;
  for (const name of inspector.keys()) {
    if (!texts.some((one) => name.includes(one))) continue;
    found++;
    const entry = shown.length < maxShown ? inspector.entry(name) : undefined;
    if (entry !== undefined) shown.push({ name, entry });
  }
  return { text, found, shown };
}

function nameOf(namespace: Cache, text: string): readonly string[] {
  try {
    return text === '' ? [] : [namespace.inspectKey(text).l1];
  } catch {
    // No key, and yet perhaps a part of one.
    return [];
  }
}
