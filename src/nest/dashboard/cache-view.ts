import type { HistoryRecorder } from '../../domain/stats/history-recorder';
import type { TierPeriod } from '../../domain/stats/tier-history';
import type { TrafficSample } from '../../domain/stats/traffic-history';
import type { CacheHealth } from '../../domain/lifecycle';
import type { CacheStats } from '../../ports/cache-stats';
import type { ListedCache } from './cache-directory';
import { searchKeys, type KeySearch } from './key-search';

/** One namespace, as far as the list of all of them shows it. */
export interface CacheSummary {
  readonly id: string;
  readonly health: CacheHealth;
  /** `undefined` when they cannot be read. */
  readonly stats: CacheStats | undefined;
}

/** One namespace, as a whole page shows it. */
export interface CacheView extends CacheSummary {
  /** The oldest first; `undefined` when it is not recorded, or not yet. */
  readonly traffic: readonly TrafficSample[] | undefined;
  /** The newest first. */
  readonly layer2: readonly TierPeriod[];
  /** `undefined` when layer 1 cannot be read. */
  readonly keys: KeySearch | undefined;
}

export function summarize({ id, cache }: ListedCache): CacheSummary {
  return { id, health: cache.health(), stats: attempt(() => cache.stats()) };
}

/** @param text - to look for among the keys */
export function viewOf(listed: ListedCache, recorder: HistoryRecorder, text: string): CacheView {
  const { cache, root } = listed;
  return {
    ...summarize(listed),
    traffic: recorder.trafficOf(cache),
    layer2: recorder.layer2Of(root),
    keys: attempt(() => searchKeys(cache, text)),
  };
}

/** The page is for those who want to know what is wrong: what cannot be read is told as that. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
