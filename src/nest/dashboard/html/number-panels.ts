import type { CacheStats } from '../../../ports/cache-stats';
import type { TrafficSample } from '../view/histories';
import { type Html, html, type Fragment } from './html';
import { bytesInWords, countInWords, latencyInWords, numbered, rateInWords, shareInWords } from './in-words';
import { facts, panel } from './elements';

/** The five numbers that matter first. */
export function keyNumbers(stats: CacheStats, traffic: readonly TrafficSample[]): Html {
  const { bytes, count, durations, gets, hitRate, lastMinute } = stats;
  const reads = lastMinute.hits + lastMinute.misses;
  const last = traffic.at(-1);
  const perSecond = last === undefined || last.forMs <= 0 ? 0 : (last.l1 + last.l2 + last.misses) / (last.forMs / 1_000);
  const loads = durations.loadStored;
  return html`<section class="key-numbers" aria-labelledby="key-numbers-heading">
    <h2 id="key-numbers-heading" class="hidden">At a glance</h2>
    <dl id="key-numbers" data-live>
      ${[
        tile('Hit rate, last minute', reads === 0 ? '–' : shareInWords(lastMinute.hitRate), `${shareInWords(hitRate)} since start`),
        tile('Reads per second', rateInWords(perSecond), `${countInWords(gets)} since start`),
        tile('Entries in L1', countInWords(count), `about ${bytesInWords(bytes)}`),
        tile('L1 get, p99', latencyInWords(durations.l1Get.p99Ms), `L2 ${latencyInWords(durations.l2Get.p99Ms)}`),
        tile('Load, p99', latencyInWords(loads.p99Ms), numbered(loads.count, 'load', 'loads')),
      ]}
    </dl>
  </section>`;
}

function tile(name: string, value: Fragment, remark: Fragment): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><b>${value}</b> <small>${remark}</small></dd>
  </div>`;
}

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

export function loadsPanel({ durations, l2, leases, leasesHeld, loads, refreshes, staleServed, stampedesAvoided }: CacheStats): Html {
  return panel(
    'loads',
    'Loads and stale values',
    facts('loads-facts', [
      ['Loads stored', countInWords(loads.stored), `p50 ${latencyInWords(durations.loadStored.p50Ms)}`],
      ['Loads failed', countInWords(loads.failed)],
      ['Fenced or skipped', `${countInWords(loads.fenced)} · ${countInWords(loads.skipped)}`, 'returned, not stored'],
      ['Callers that shared a load', countInWords(stampedesAvoided)],
      ...(l2 === undefined ? [] : [['Leases held now', countInWords(leasesHeld), `${countInWords(leases.waited)} loads spared`] as const]),
      ['Refreshed in the background', countInWords(refreshes.done), `${countInWords(refreshes.failed)} failed`],
      ['Stale, while refreshing', countInWords(staleServed.revalidate)],
      ['Stale, as the load failed', countInWords(staleServed.error)],
      ['Stale, L2 out of reach', countInWords(staleServed.unreachable)],
    ]),
  );
}
