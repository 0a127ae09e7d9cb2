import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, Table, Verdict } from './answer';
import { readable } from './readable';
import type { Run } from './run';

const report = join(__dirname, '../../docs/benchmarks.md');

/** The text below it is written by each whole run, the text above it by hand. */
const marker = '<!-- Written by `npm run bench`. -->\n';

export async function writeReport(run: Run): Promise<void> {
  const [prose] = (await readFile(report, 'utf8')).split(marker);
  const answers = Object.values(run.answers);
  await writeFile(report, [prose, marker, '\n', environmentOf(run), targetsOf(answers), ...answers.map(sectionOf)].join(''));
}

function environmentOf({ environment }: Run): string {
  const { date, node, platform, processor, ...versions } = environment;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Run of ${date ?? ''}: Node ${node ?? ''}, ${platform ?? ''}, ${processor ?? ''}. ${list.join(', ')}.\n`;
}

function targetsOf(answers: readonly Answer[]): string {
  const verdicts = answers.flatMap((answer) => answer.verdicts);
  return `\n## Targets\n\n| | measured | target | |\n| --- | ---: | ---: | --- |\n${verdicts.map(targetRow).join('')}`;
}

function targetRow({ what, measured, unit, bound, limit, met }: Verdict): string {
  return `| ${what} | ${readable(measured)}${unit && ` ${unit}`} | ${bound} ${limit} | ${met ? 'met' : '**not met**'} |\n`;
}

function sectionOf({ title, tables }: Answer): string {
  return `\n## ${title}\n${tables.map(tableOf).join('')}`;
}

function tableOf({ title, rows }: Table): string {
  const columns = Object.keys(rows[0]?.cells ?? {});
  const head = `| ${[title, ...columns].join(' | ')} |\n| --- |${' ---: |'.repeat(columns.length)}\n`;
  return `\n${head}${rows.map(({ name, cells }) => `| ${[name, ...columns.map((column) => readable(cells[column]!))].join(' | ')} |\n`).join('')}`;
}
