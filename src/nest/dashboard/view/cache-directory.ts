import type { Cache } from '../../../domain/cache';

/** One namespace, with its name on the page. */
export interface ListedCache {
  /** For addresses: it stays the same when other caches appear. */
  readonly id: string;
  /** The namespace, numbered where two caches have the same. */
  readonly label: string;
  readonly cache: Cache;
  /** The outermost namespace, which emits the events of L2. */
  readonly root: Cache;
}

/** The part of all namespaces that a page lists. */
export interface CacheSelection {
  /** The text that the labels contain; empty for all. */
  readonly text: string;
  /** The number of namespaces with that text. */
  readonly found: number;
  readonly listed: readonly ListedCache[];
}

/** Bounds the time of a page: the numbers of each listed cache are read for it. */
export const maxListed = 100;

/** All namespaces that exist now, each below its outer one. */
export function listCaches(roots: readonly Cache[]): readonly ListedCache[] {
  const found = roots.flatMap((root, index) => root.namespaces().map((cache) => ({ cache, root, ordinal: String(index + 1) })));
  const times = new Map<string, number>();
  for (const { cache } of found) times.set(cache.name, (times.get(cache.name) ?? 0) + 1);
  return found.map(({ cache, root, ordinal }) => {
    const label = times.get(cache.name) === 1 ? cache.name : `${cache.name} #${ordinal}`;
    return { id: `${ordinal}.${cache.name}`, label, cache, root };
  });
}

/** @param id - empty for the first */
export function findCache(listed: readonly ListedCache[], id: string): ListedCache | undefined {
  return id === '' ? listed[0] : listed.find((one) => one.id === id);
}

/** The first namespaces whose label contains a text, and the selected one in any case. */
export function selectCaches(all: readonly ListedCache[], text: string, selected: ListedCache | undefined): CacheSelection {
  const found = text === '' ? all : all.filter(({ label }) => label.includes(text));
  const first = found.slice(0, maxListed);
  const isListed = selected === undefined || first.includes(selected);
  return { text, found: found.length, listed: isListed ? first : [selected, ...first.slice(0, maxListed - 1)] };
}
