import type { Cache } from '../../../domain/cache';
import type { HeldEntry } from '../../../domain/l1/cache-inspector';
import type { SanitizedKey } from '../../../ports/sanitized-key';

export interface FoundKey {
  readonly name: SanitizedKey;
  readonly entry: HeldEntry;
}

export interface KeySearch {
  /** What was looked for; empty for everything. */
  readonly text: string;
  /** How many names hold it. */
  readonly found: number;
  /** Whether all names were looked at, or told by the counters; else there may be more. */
  readonly isComplete: boolean;
  /** The first of them. */
  readonly shown: readonly FoundKey[];
}

const maxShown = 100;

/** The page is read again every few seconds, and the process has other things to do. */
export const maxLooked = 100_000;

/** What L1 of a namespace holds under names that contain a text: as it is written there, or as a key that the sanitizer names. */
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
  // A whole key is found without looking at the others.
  const shown: FoundKey[] = whole === undefined || held === undefined ? [] : [{ name: whole, entry: held }];
  let found = shown.length;
  let looked = 0;
  for (const name of inspector.keys()) {
    if (looked++ >= maxLooked) return { text, found, isComplete: false, shown };
    if ((held !== undefined && name === whole) || !texts.some((one) => name.includes(one))) continue;
    found++;
    const entry = shown.length < maxShown ? inspector.entry(name) : undefined;
    if (entry !== undefined) shown.push({ name, entry });
  }
  return { text, found, isComplete: true, shown };
}

function nameOf(namespace: Cache, text: string): SanitizedKey | undefined {
  try {
    return namespace.inspectKey(text).l1;
  } catch {
    // No key, and yet perhaps a part of one.
    return undefined;
  }
}
