import { layout } from './layout';
import { datasource } from './panel';
import { shared } from './queries';
import { invalidation } from './rows/invalidation';
import { latency } from './rows/latency';
import { l2 } from './rows/l2';
import { memory } from './rows/memory';
import { staleness } from './rows/staleness';
import { tiers } from './rows/tiers';
import { traffic } from './rows/traffic';

const l2Down = {
  name: 'L2 down',
  enable: true,
  hide: false,
  iconColor: 'red',
  datasource,
  expr: `max by (job, cache) (1 - ${shared('cache_l2_up')}) > 0`,
  titleFormat: 'L2 of {{cache}} is down',
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

/** All values are chosen at first; the list is read again when the time range changes. */
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

/** The content of tiercel.json; `UPDATE_DOCS=1` writes it, in test/ops/dashboard.test.ts. */
export const dashboard = {
  uid: 'tiercel',
  title: 'Tiercel',
  description: 'Two-tier caches: traffic, memory, and the state of L2. The (i) of each graph says how to read it.',
  tags: ['cache', 'tiercel'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  timezone: 'browser',
  annotations: { list: [l2Down] },
  templating: { list: [dataSources, jobs, caches] },
  panels: layout([traffic, tiers, latency, staleness, l2, invalidation, memory]),
};
