import type { Cache } from '../../../domain/cache';
import type { CacheHealth } from '../../../domain/lifecycle';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { CacheStats } from '../../../ports/cache-stats';
import type { ListedCache } from './cache-directory';
import type { HistoryRecorder } from './history-recorder';
import { inspectValue } from './inspect-value';
import { type KeySearch, searchKeys } from './key-search';
import type { TierPeriod } from './tier-history';
import type { TrafficSample } from './traffic-history';

/** One namespace, as far as the list of all of them shows it. */
export interface CacheSummary {
  readonly id: string;
  readonly label: string;
  readonly health: CacheHealth;
  /** `undefined` when they cannot be read. */
  readonly stats: CacheStats | undefined;
}

/** A value of L1, in print. */
export interface ShownValue {
  readonly name: string;
  /** `undefined` when L1 does not hold it, or not any more. */
  readonly text: string | undefined;
}

/** One namespace, as a whole page shows it. */
export interface CacheView extends CacheSummary {
  /** The oldest first; `undefined` when it is not recorded, or not yet. */
  readonly traffic: readonly TrafficSample[] | undefined;
  /** The newest first. */
  readonly layer2: readonly TierPeriod[];
  /** `undefined` when L1 cannot be read. */
  readonly keys: KeySearch | undefined;
  /** The value that is asked for; `undefined` when none is. */
  readonly shown: ShownValue | undefined;
}

export function summarize({ id, label, cache }: ListedCache): CacheSummary {
  return { id, label, health: cache.health(), stats: attempt(() => cache.stats()) };
}

interface Wanted {
  /** To look for among the keys. */
  readonly text: string;
  /** The name of the key whose value is to be shown; empty for none. */
  readonly show: string;
}

export function viewOf(listed: ListedCache, recorder: HistoryRecorder, { show, text }: Wanted): CacheView {
  const { cache, root } = listed;
  return {
    ...summarize(listed),
    traffic: recorder.trafficOf(cache),
    layer2: recorder.layer2Of(root),
    keys: attempt(() => searchKeys(cache, text)),
    shown: show === '' ? undefined : { name: show, text: attempt(() => printed(cache, show)) },
  };
}

function printed(cache: Cache, name: string): string | undefined {
  // Whatever it is, it names a key of this namespace and of no other.
  const entry = cache.inspector().entry(name as SanitizedKey);
  return entry && inspectValue(entry.value);
}

/** The page is for those who want to know what is wrong: what cannot be read is told as that. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
