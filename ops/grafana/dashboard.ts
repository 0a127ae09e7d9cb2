import { layout } from './layout';
import { datasource } from './panel';
import { shared } from './queries';
import { invalidation } from './rows/invalidation';
import { latency } from './rows/latency';
import { layer2 } from './rows/layer-2';
import { memory } from './rows/memory';
import { staleness } from './rows/staleness';
import { tiers } from './rows/tiers';
import { traffic } from './rows/traffic';

const layer2Away = {
  name: 'Layer 2 away',
  enable: true,
  hide: false,
  iconColor: 'red',
  datasource,
  expr: `max by (job, cache) (1 - ${shared('cache_l2_up')}) > 0`,
  titleFormat: 'Layer 2 of {{cache}} is away',
  step: '60s',
};

const dataSources = {
  name: datasource.uid.slice(2, -1),
  label: 'Data source',
  type: 'datasource',
  query: datasource.type,
  refresh: 1,
  hide: 0,
  multi: false,
  includeAll: false,
};

/** All of them to begin with, and asked anew when the time range changes. */
const choice = {
  type: 'query',
  datasource,
  refresh: 2,
  sort: 1,
  hide: 0,
  multi: true,
  includeAll: true,
  allValue: '.+',
  current: { selected: true, text: ['All'], value: ['$__all'] },
};

const everyJob = 'label_values(cache_size, job)';
const everyCache = 'label_values(cache_size{job=~"$job"}, cache)';

const jobs = { name: 'job', label: 'Job', definition: everyJob, query: { query: everyJob, refId: 'job' }, ...choice };
const caches = { name: 'cache', label: 'Cache', definition: everyCache, query: { query: everyCache, refId: 'cache' }, ...choice };

/** What tiercel.json holds; `UPDATE_DOCS=1` writes it, in test/ops/dashboard.test.ts. */
export const dashboard = {
  uid: 'tiercel',
  title: 'Tiercel',
  description:
    'Two-tier caches: what they hit and hold, and how they stand towards layer 2. Each graph says in its (i) what to make of it.',
  tags: ['cache', 'tiercel'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  timezone: 'browser',
  annotations: { list: [layer2Away] },
  templating: { list: [dataSources, jobs, caches] },
  panels: layout([traffic, tiers, latency, staleness, layer2, invalidation, memory]),
};
