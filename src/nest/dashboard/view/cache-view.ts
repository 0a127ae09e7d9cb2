import type { Cache } from '../../../domain/cache';
import type { CacheHealth } from '../../../domain/lifecycle';
import type { CacheStats } from '../../../ports/cache-stats';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { TierPeriod, TrafficSample } from './histories';
import type { HistoryRecorder } from './history-recorder';
import { inspectValue } from './inspect-value';
import { type KeySearch, searchKeys } from './key-search';

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
interface CacheSelection {
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

/** One namespace, as the list of caches shows it. */
export interface CacheSummary {
  readonly id: string;
  readonly label: string;
  readonly health: CacheHealth;
  /** `undefined` when they cannot be read. */
  readonly stats: CacheStats | undefined;
}

/** The list of caches on a page. */
export interface CacheList extends Pick<CacheSelection, 'text' | 'found'> {
  readonly caches: readonly CacheSummary[];
}

/** A value of L1, printed. */
export interface ShownValue {
  readonly name: string;
  /** `undefined` when L1 does not hold it any more. */
  readonly text: string | undefined;
}

/** One namespace, as a whole page shows it. */
export interface CacheView extends CacheSummary {
  /** The oldest first; `undefined` when the namespace is not recorded, or not yet. */
  readonly traffic: readonly TrafficSample[] | undefined;
  /** The newest first. */
  readonly l2Periods: readonly TierPeriod[];
  /** `undefined` when L1 cannot be read. */
  readonly keys: KeySearch | undefined;
  /** The requested value; `undefined` without a request. */
  readonly shown: ShownValue | undefined;
}

export function summarizeAll({ found, listed, text }: CacheSelection): CacheList {
  return { text, found, caches: listed.map(summarize) };
}

function summarize({ id, label, cache }: ListedCache): CacheSummary {
  return { id, label, health: cache.health(), stats: attempt(() => cache.stats()) };
}

interface Wanted {
  /** The text to find in the keys. */
  readonly text: string;
  /** The name of the key to show the value of; empty for none. */
  readonly show: string;
}

export function viewOf(listed: ListedCache, recorder: HistoryRecorder, { show, text }: Wanted): CacheView {
  const { cache, root } = listed;
  return {
    ...summarize(listed),
    traffic: recorder.trafficOf(cache),
    l2Periods: recorder.l2PeriodsOf(root),
    keys: attempt(() => searchKeys(cache, text)),
    shown: show === '' ? undefined : { name: show, text: attempt(() => printed(cache, show)) },
  };
}

function printed(cache: Cache, name: string): string | undefined {
  // Any text names a key of this namespace and of no other.
  const entry = cache.inspector().entry(name as SanitizedKey);
  return entry && inspectValue(entry.value);
}

/** A number that cannot be read must not hide the rest of the page: it is shown as unreadable. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
