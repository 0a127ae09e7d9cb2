import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { instruments } from '../../src/adapters/metrics/instruments';
import { dashboard } from '../../ops/grafana/dashboard';
import { dashboardPath, selectionsOf, shippedDashboard, shippedQuestions, type Dashboard } from '../support/prometheus-expressions';

type Panel = Dashboard['panels'][number];
type Graph = Extract<Panel, { targets: unknown }>;

const text = `${JSON.stringify(dashboard, null, 2)}\n`;

describe('the Grafana dashboard', () => {
  let panels: readonly Panel[];
  let graphs: readonly Graph[];

  before(() => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(dashboardPath, text);
    panels = shippedDashboard().panels;
    graphs = panels.filter((panel) => 'targets' in panel);
  });

  it('is the output of ops/grafana', () => {
    expect(readFileSync(dashboardPath, 'utf8') === text, 'run it with UPDATE_DOCS=1').to.equal(true);
  });

  it('has its rows in the order in which one asks', () => {
    const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);

    expect(rows).to.deep.equal(['Traffic', 'Tiers', 'Latency', 'Staleness', 'L2 and breaker', 'Invalidation', 'Memory']);
    expect(panels[0]?.type).to.equal('row');
  });

  it('gives each panel a unique id, title and place within the 24 columns', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(title).to.match(/\w/);
      expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
      for (const cell of cellsOf(gridPos)) {
        expect(taken.has(cell), `${title} lies on another at ${cell}`).to.equal(false);
        taken.add(cell);
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
  });

  it('asks the chosen data source alone, for the chosen jobs and caches', () => {
    const { annotations, templating } = shippedDashboard();
    const [source, ...choices] = templating.list;
    const asking = [...annotations.list, ...choices, ...graphs, ...graphs.flatMap(({ targets }) => targets)];

    expect(source).to.include({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    expect(choices.map(({ name }) => name)).to.deep.equal(['job', 'cache']);
    for (const one of asking) expect(one).to.have.deep.property('datasource', { type: 'prometheus', uid: '${datasource}' });
  });

  it('asks for the chosen cache where a namespace has the number, and otherwise for all caches, and says so', () => {
    for (const { description, expr, title } of everyQuery(graphs)) {
      for (const selection of selectionsOf(expr)) {
        expect(selection.includes('{job=~"$job", cache=~"$cache"'), title).to.equal(!isShared(selection));
        expect(selection.includes('{job=~"$job"'), title).to.equal(true);
      }
      expect(description.endsWith('Independent of the chosen cache.'), title).to.equal(selectionsOf(expr).some(isShared));
    }
  });

  it('gives the queries of a panel different letters and legends', () => {
    for (const { targets, title } of graphs) {
      expect(targets, title).to.not.be.empty;
      expect(targets.map(({ refId }) => refId)).to.deep.equal(['A', 'B', 'C', 'D'].slice(0, targets.length));
      for (const { legendFormat } of targets) expect(legendFormat, title).to.match(/\w/);
    }
  });

  it('shows every instrument that there is', () => {
    const asked = shippedQuestions().join('\n');

    // The gauge is for readers without Prometheus; a dashboard divides the counters, and can then add up processes.
    const missing = instruments.map(({ name }) => name).filter((name) => name !== 'cache_hit_rate' && !asked.includes(name));
    expect(missing).to.deep.equal([]);
  });

  it('explains each panel', () => {
    for (const { description, title } of graphs) expect(description, title).to.match(/\.$/);
  });
});

function cellsOf({ x, y, w, h }: Panel['gridPos']): readonly string[] {
  return Array.from({ length: w * h }, (_, index) => `${String(x + (index % w))},${String(y + Math.floor(index / w))}`);
}

interface Query {
  readonly title: string;
  readonly description: string;
  readonly expr: string;
}

function everyQuery(graphs: readonly Graph[]): readonly Query[] {
  return graphs.flatMap(({ description, targets, title }) => targets.map(({ expr }) => ({ title, description, expr })));
}

/** Exported under the outermost namespace alone. */
function isShared(selection: string): boolean {
  return instruments.some(({ name, shared }) => shared === true && new RegExp(`^${name}(_total|_bucket)?\\{`).test(selection));
}
