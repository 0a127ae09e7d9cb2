import { generatedPart } from '../../support/generated-part';
import { cacheRows, l2Rows, type Row } from './happenings';

export const eventsPage = generatedPart('docs/events.md', 'src/domain/events');

/** The tables of docs/events.md: one of a namespace, one of L2. */
export function tables(): string {
  return [
    ...['### Of each namespace', '', ...head, ...cacheRows.map(line), ''],
    ...['### Of L2, for all namespaces of a cache', '', ...head, ...l2Rows.map(line)],
  ].join('\n');
}

const head = [
  cells('Happening', 'Counted by', '`stats()`', 'Metrics', '`cache.on`', '`MetricsSink`', 'Log'),
  cells('---', '---', '---', '---', '---', '---', '---'),
];

function line({ name, facts, happening: { by, duration, event, log = [], metric, sink, stats, words } }: Row): string {
  return cells(
    name,
    by === undefined ? '' : `\`${by}\`: ${words.map(code).join(', ')}`,
    code(stats),
    [metric, duration?.metric]
      .filter((one) => one !== undefined)
      .map(code)
      .join(', '),
    code(event?.name),
    code(sink?.(facts).name),
    [...new Set(log.map(({ level }) => level))].map(code).join(', '),
  );
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}
