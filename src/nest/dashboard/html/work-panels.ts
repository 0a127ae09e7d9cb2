import type { CacheStats } from '../../../ports/cache-stats';
import { facts, panel } from './panel';
import type { Html } from './html';
import { bytesInWords, countInWords, latencyInWords } from './in-words';

export function l1Panel({ bytes, count, evictions, hitsByTier, sets, deletes, clears }: CacheStats): Html {
  return panel(
    'l1',
    'L1',
    facts('l1-facts', [
      ['Entries', countInWords(count), `about ${bytesInWords(bytes)}`],
      ['Hits', countInWords(hitsByTier.l1)],
      ['Evicted because L1 was full', countInWords(evictions.size)],
      ['Expired', countInWords(evictions.expired)],
      ['Invalidated', countInWords(evictions.invalidated)],
      ['Sets, deletes, clears', [sets, deletes, clears].map(countInWords).join(' · ')],
    ]),
  );
}

export function loadsPanel({ durations, loads, refreshes, staleServed, stampedesAvoided }: CacheStats): Html {
  return panel(
    'loads',
    'Loads and stale values',
    facts('loads-facts', [
      ['Loads stored', countInWords(loads.stored), `p50 ${latencyInWords(durations.loadStored.p50Ms)}`],
      ['Loads failed', countInWords(loads.failed)],
      ['Fenced or skipped', `${countInWords(loads.fenced)} · ${countInWords(loads.skipped)}`, 'returned, not stored'],
      ['Callers that shared a load', countInWords(stampedesAvoided)],
      ['Refreshed in the background', countInWords(refreshes.done), `${countInWords(refreshes.failed)} failed`],
      ['Stale, while refreshing', countInWords(staleServed.revalidate)],
      ['Stale, as the load failed', countInWords(staleServed.error)],
      ['Stale, L2 out of reach', countInWords(staleServed.unreachable)],
    ]),
  );
}
