import type { Cache } from '../../domain/cache';

/** One namespace, under the name by which the page knows it. */
export interface ListedCache {
  /** The namespace; the second of two equal ones is `name#2`. */
  readonly id: string;
  readonly cache: Cache;
  /** The outermost namespace: what belongs to layer 2 is told there. */
  readonly root: Cache;
}

/** All namespaces that there are now, each below the one that it was made of. */
export function listCaches(roots: readonly Cache[]): readonly ListedCache[] {
  const times = new Map<string, number>();
  return roots.flatMap((root) =>
    root.namespaces().map((cache) => {
      const time = (times.get(cache.name) ?? 0) + 1;
      times.set(cache.name, time);
      return { id: time === 1 ? cache.name : `${cache.name}#${String(time)}`, cache, root };
    }),
  );
}

/** @param id - empty for the first */
export function findCache(listed: readonly ListedCache[], id: string): ListedCache | undefined {
  return id === '' ? listed[0] : listed.find((one) => one.id === id);
}
