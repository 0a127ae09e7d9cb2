import type { Cache } from '../../../domain/cache';
import type { HeldEntry } from '../../../domain/l1/cache-inspector';
import type { SanitizedKey } from '../../../ports/sanitized-key';

export interface FoundKey {
  readonly name: SanitizedKey;
  readonly entry: HeldEntry;
}

export interface KeySearch {
  /** The text to find; empty for all keys. */
  readonly text: string;
  /** The number of names that contain it. */
  readonly found: number;
  /** Whether all names were searched or counted; otherwise there may be more. */
  readonly isComplete: boolean;
  /** The first of them. */
  readonly shown: readonly FoundKey[];
}

const maxShown = 100;

/** Bounds the time of a search: the page repeats it every few seconds. */
export const maxSearched = 100_000;

/** The keys in L1 of a namespace whose names contain a text: as written, or as the sanitizer names it. */
export function searchKeys(namespace: Cache, text: string): KeySearch {
  return text === '' ? firstKeys(namespace) : keysWith(namespace, text);
}

function firstKeys(namespace: Cache): KeySearch {
  const inspector = namespace.inspector();
  const shown: FoundKey[] = [];
  for (const name of inspector.keys()) {
    if (shown.length === maxShown) return { text: '', found: namespace.stats().count, isComplete: true, shown };
    const entry = inspector.entry(name);
    if (entry !== undefined) shown.push({ name, entry });
  }
  return { text: '', found: shown.length, isComplete: true, shown };
}

function keysWith(namespace: Cache, text: string): KeySearch {
  const inspector = namespace.inspector();
  const whole = nameOf(namespace, text);
  const texts = whole === undefined ? [text] : [text, whole];
  const held = whole === undefined ? undefined : inspector.entry(whole);
  // A whole key is found without a search.
  const shown: FoundKey[] = whole === undefined || held === undefined ? [] : [{ name: whole, entry: held }];
  let found = shown.length;
  let searched = 0;
  for (const name of inspector.keys()) {
    if (searched++ >= maxSearched) return { text, found, isComplete: false, shown };
    if ((held !== undefined && name === whole) || !texts.some((one) => name.includes(one))) continue;
    // L1 may still hold entries that were invalidated by their tags.
    const entry = inspector.entry(name);
    if (entry === undefined) continue;
    found++;
    if (shown.length < maxShown) shown.push({ name, entry });
  }
  return { text, found, isComplete: true, shown };
}

function nameOf(namespace: Cache, text: string): SanitizedKey | undefined {
  try {
    return namespace.inspectKey(text).l1;
  } catch {
    // Not a valid key, but perhaps a part of one.
    return undefined;
  }
}
