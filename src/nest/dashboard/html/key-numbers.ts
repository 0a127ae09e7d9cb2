import type { CacheStats } from '../../../ports/cache-stats';
import type { TrafficSample } from '../view/traffic-history';
import { html, type Html, type Fragment } from './html';
import { bytesInWords, countInWords, latencyInWords, numbered, rateInWords, shareInWords } from './in-words';

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
