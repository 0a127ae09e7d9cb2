import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { dashboard } from '../../ops/grafana/dashboard';

/** As it is shipped, and not as it is generated. */
export type Dashboard = typeof dashboard;

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: { readonly summary: string; readonly runbook: string };
}

export const dashboardPath = 'ops/grafana/tiercel.json';
export const rulesPath = 'ops/prometheus/tiercel.rules.yml';

export function shippedDashboard(): Dashboard {
  return JSON.parse(readFileSync(dashboardPath, 'utf8')) as Dashboard;
}

export function shippedRules(): readonly Rule[] {
  const { groups } = parse(readFileSync(rulesPath, 'utf8')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** All PromQL there is, as Grafana and Prometheus would evaluate it, with every choice of the dashboard at All. */
export function shippedExpressions(): readonly string[] {
  const { annotations, panels, templating } = shippedDashboard();
  const shown = panels.flatMap((panel) => ('targets' in panel ? panel.targets.map(({ expr }) => expr) : []));
  const choices = templating.list.flatMap((one) =>
    'definition' in one ? [/^label_values\((.*), \w+\)$/.exec(one.definition)?.[1] ?? ''] : [],
  );
  const expressions = [...shown, ...choices, ...annotations.list.map(({ expr }) => expr)].map(withEverythingChosen);
  return [...new Set([...expressions, ...shippedRules().map(({ expr }) => expr)])];
}

/** A comparison answers with what fulfils it, which may be nothing; this one always answers, with 0 or 1. */
export function alwaysAnswering(expression: string): string {
  return expression.replace(/ (==|<=|>=|<|>) /g, ' $1 bool ');
}

function withEverythingChosen(expression: string): string {
  return expression.replaceAll('$__rate_interval', '1m').replace(/\$(job|cache)\b/g, '.+');
}
