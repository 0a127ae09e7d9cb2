import type { Cache } from '../../../domain/cache';

/** One namespace, under the name by which the page knows it. */
export interface ListedCache {
  /** For addresses: it stays with this cache, whichever others appear. */
  readonly id: string;
  /** For people: the namespace, numbered where two caches have one of that name. */
  readonly label: string;
  readonly cache: Cache;
  /** The outermost namespace: what belongs to L2 is told there. */
  readonly root: Cache;
}

/** All namespaces that there are now, each below the one that it was made of. */
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
