import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { dashboard } from '../../ops/grafana/dashboard';

/** As it is shipped, and not as it is generated. */
export type Dashboard = typeof dashboard;

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: { readonly summary: string; readonly runbook_url: string };
}

export const dashboardPath = 'ops/grafana/tiercel.json';
export const rulesPath = 'ops/prometheus/tiercel.rules.yml';
export const runbookPath = 'docs/runbook.md';

export function shippedDashboard(): Dashboard {
  return JSON.parse(readFileSync(dashboardPath, 'utf8')) as Dashboard;
}

export function shippedRules(): readonly Rule[] {
  const { groups } = parse(readFileSync(rulesPath, 'utf8')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** One section of the runbook. */
export interface Section {
  readonly title: string;
  /** Its query for Prometheus. */
  readonly queries: readonly string[];
}

export function runbookSections(): readonly Section[] {
  const [, ...sections] = readFileSync(runbookPath, 'utf8').split(/^## /m);
  return sections.map((text) => {
    const queries = [...text.matchAll(/^```promql\n([\s\S]*?)^```/gm)].map(([, query = '']) => query.trim());
    return { title: text.slice(0, text.indexOf('\n')), queries };
  });
}

/** The queries that always have an answer, as Grafana and Prometheus evaluate them, with every choice of the dashboard at All. */
export function shippedQuestions(): readonly string[] {
  const { panels, templating } = shippedDashboard();
  const shown = panels.flatMap((panel) => ('targets' in panel ? panel.targets.map(({ expr }) => expr) : []));
  const choices = templating.list.flatMap((one) =>
    'definition' in one ? [/^label_values\((.*), \w+\)$/.exec(one.definition)?.[1] ?? ''] : [],
  );
  const recorded = shippedRules().flatMap(({ record, expr }) => (record === undefined ? [] : [expr]));
  return [...new Set([...[...shown, ...choices].map(withEverythingChosen), ...recorded])];
}

/** The queries that have an answer only during a problem. */
export function shippedConditions(): readonly string[] {
  const marked = shippedDashboard().annotations.list.map(({ expr }) => withEverythingChosen(expr));
  const alerts = shippedRules().flatMap(({ alert, expr }) => (alert === undefined ? [] : [expr]));
  return [...new Set([...marked, ...alerts, ...runbookSections().flatMap(({ queries }) => queries)])];
}

/** The series that an expression reads: `cache_hits_total{tier="l1"}`. */
export function selectionsOf(expression: string): readonly string[] {
  return expression.match(/\b(?:\w+:)?(?:cache_\w+|up\b)(?::\w+)?(?:\{[^}]*\})?/g) ?? [];
}

function withEverythingChosen(expression: string): string {
  return expression.replaceAll('$__rate_interval', '1m').replace(/\$(job|cache)\b/g, '.+');
}
