import type { Instrument, Series } from '../../../src/adapters/metrics/instrument';
import { instruments } from '../../../src/adapters/metrics/instruments';
import { generatedPart } from '../../support/generated-part';

export const metricsPage = generatedPart('docs/metrics.md', 'src/adapters/metrics/instruments.ts');

export function table(): string {
  const head = [cells('Instrument', 'Kind', 'Unit', 'Attributes besides `cache`', 'Meaning'), cells('---', '---', '---', '---', '---')];
  return [...head, ...instruments.map(row)].join('\n');
}

function row({ name, kind, unit, description, series }: Instrument): string {
  return cells(`\`${name}\``, kind, unit === '' ? '' : `\`${unit}\``, attributesOf(series), description);
}

/** Each attribute with all its values; those that not every line has in brackets. */
function attributesOf(series: readonly Series<unknown>[]): string {
  const names = [...new Set(series.flatMap(({ attributes }) => Object.keys(attributes)))];
  return names.map((name) => attribute(name, series)).join('; ');
}

function attribute(name: string, series: readonly Series<unknown>[]): string {
  const values = [...new Set(series.map(({ attributes }) => attributes[name]))];
  const known = values.filter((value) => value !== undefined).map((value) => `\`${value}\``);
  const text = `\`${name}\`: ${known.join(', ')}`;
  return known.length === values.length ? text : `(${text})`;
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}
