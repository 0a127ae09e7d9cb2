import { expect } from 'chai';

import { instruments } from '../../../src/adapters/metrics/instruments';
import { metricsPage, table } from './metrics-page';

const mission = [
  'cache_hits',
  'cache_misses',
  'cache_hit_rate',
  'cache_evictions',
  'cache_latency_seconds',
  'cache_size',
  'cache_memory_bytes',
];

describe('the page about metrics', () => {
  it('has the table that the code makes', () => {
    if (process.env['UPDATE_DOCS'] === '1') metricsPage.write(table());

    expect(metricsPage.read(), 'run it with UPDATE_DOCS=1').to.equal(table());
  });

  it('begins with the seven most wanted metrics', () => {
    expect(instruments.slice(0, 7).map(({ name }) => name)).to.deep.equal(mission);
  });

  it('has names that Prometheus and OpenTelemetry both accept, once', () => {
    const names = instruments.map(({ name }) => name);

    for (const name of names) expect(name).to.match(/^cache_[a-z0-9_]{1,50}$/);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('gives no instrument two lines with the same attributes', () => {
    for (const { name, series } of instruments) {
      const lines = series.map(({ attributes }) => JSON.stringify(Object.entries(attributes).sort()));
      expect(new Set(lines).size, name).to.equal(lines.length);
    }
  });

  it('has times in seconds and sizes in bytes, as the names say', () => {
    for (const { name, unit } of instruments) {
      expect(unit === 's', name).to.equal(name.endsWith('_seconds'));
      expect(unit === 'By', name).to.equal(name.endsWith('_bytes'));
    }
  });
});
