/** A panel as Grafana defines it, with the fields that are used here. */
export interface Panel {
  readonly type: 'timeseries' | 'stat' | 'heatmap' | 'state-timeline';
  readonly title: string;
  readonly description: string;
  readonly datasource: typeof datasource;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly [] };
  readonly options: Readonly<Record<string, unknown>>;
}

interface Target {
  readonly refId: string;
  readonly datasource: typeof datasource;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'heatmap';
}

interface FieldDefaults {
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly color?: { readonly mode: 'thresholds' };
  readonly thresholds?: { readonly mode: 'absolute'; readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
  readonly mappings?: readonly ValueMapping[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

interface ValueMapping {
  readonly type: 'value';
  readonly options: Readonly<Record<string, { readonly text: string; readonly color: string; readonly index: number }>>;
}

/** The lines of a graph: legend and query. */
export type Queries = Readonly<Record<string, string>>;

/** One word for each value, from 0 on, and its colour. */
export type Words = readonly (readonly [text: string, color: string])[];

interface Description {
  readonly title: string;
  /** What the panel shows, and how to read it. */
  readonly description: string;
  readonly queries: Queries;
}

/** Chosen by the user of the dashboard. */
export const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

export function graph({
  unit,
  max,
  stacked = false,
  ...description
}: Description & { unit: string; max?: number; stacked?: boolean }): Panel {
  const stacking = { mode: stacked ? 'normal' : 'none', group: 'A' };
  const custom = { drawStyle: 'line', fillOpacity: stacked ? 30 : 0, lineWidth: 1, showPoints: 'never', spanNulls: false, stacking };
  const legend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
  const defaults = { unit, min: 0, ...(max === undefined ? {} : { max }), custom };
  return panel('timeseries', description, defaults, { legend, tooltip: { mode: 'multi', sort: 'desc' } });
}

/** The current number. */
export function figure({ unit, words, ...description }: Description & { unit: string; words?: Words }): Panel {
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false };
  const colorMode = words === undefined ? 'none' : 'value';
  const options = {
    reduceOptions,
    colorMode,
    graphMode: 'area',
    justifyMode: 'auto',
    orientation: 'auto',
    textMode: 'auto',
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: 'standard',
  };
  return panel('stat', description, { unit, ...(words === undefined ? {} : worded(words)) }, options);
}

/** @param histogram - in seconds */
export function heatMap({ title, description, histogram }: Omit<Description, 'queries'> & { readonly histogram: string }): Panel {
  const queries = { '{{le}}': `sum by (le) (increase(${histogram}[$__rate_interval]))` };
  const color = { mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', steps: 64, exponent: 0.5, reverse: false, scale: 'exponential' };
  const options = {
    calculate: false,
    color,
    cellGap: 1,
    filterValues: { le: 1e-9 },
    yAxis: { axisPlacement: 'left', unit: 's', reverse: false },
    rowsFrame: { layout: 'auto' },
    legend: { show: true },
    tooltip: { mode: 'single', showColorScale: false, yHistogram: false },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
    showValue: 'never',
  };
  return panel('heatmap', { title, description, queries }, {}, options, 'heatmap');
}

/** One band for each process: its state over time. */
export function bands({ words, ...description }: Description & { readonly words: Words }): Panel {
  const options = { alignValue: 'left', mergeValues: true, rowHeight: 0.9, showValue: 'auto', tooltip: { mode: 'single', sort: 'none' } };
  const legend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
  return panel('state-timeline', description, { ...worded(words), custom: { fillOpacity: 70, lineWidth: 0 } }, { ...options, legend });
}

function panel(
  type: Panel['type'],
  { title, description, queries }: Description,
  defaults: FieldDefaults,
  options: Panel['options'],
  format: Target['format'] = 'time_series',
): Panel {
  const targets = Object.entries(queries).map(([legendFormat, expr], index) => {
    return { refId: String.fromCharCode(65 + index), datasource, expr, legendFormat, format };
  });
  return { type, title, description, datasource, targets, fieldConfig: { defaults, overrides: [] }, options };
}

function worded(words: Words): FieldDefaults {
  const options = Object.fromEntries(words.map(([text, color], index) => [String(index), { text, color, index }]));
  const steps = words.map(([, color], index) => ({ value: index === 0 ? null : index, color }));
  return { mappings: [{ type: 'value', options }], color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps } };
}
