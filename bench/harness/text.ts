import type { Answer, Table, Verdict } from './answer';
import { readable } from './readable';

export function printAnswer({ title, tables, verdicts }: Answer): void {
  console.log(`\n\n${title}\n${'='.repeat(title.length)}`);
  for (const table of tables) printTable(table);
  console.log();
  for (const verdict of verdicts) console.log(verdictLine(verdict));
}

function printTable({ title, rows }: Table): void {
  const columns = Object.keys(rows[0]?.cells ?? {});
  const lines = [[title, ...columns], ...rows.map(({ name, cells }) => [name, ...columns.map((column) => readable(cells[column]!))])];
  const widths = [title, ...columns].map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  console.log();
  for (const [name, ...cells] of lines) {
    console.log([name!.padEnd(widths[0]!), ...cells.map((text, column) => text.padStart(widths[column + 1]!))].join('   '));
  }
}

function verdictLine({ what, bound, limit, measured, unit, met }: Verdict): string {
  return `${met ? 'met    ' : 'NOT MET'}  ${what}: ${readable(measured)}${unit && ` ${unit}`} (${bound} ${limit})`;
}
