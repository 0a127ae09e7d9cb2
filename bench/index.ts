import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './harness/answer';
import { ask } from './harness/ask';
import { environment } from './harness/environment';
import { writeReport } from './harness/markdown';
import type { Run } from './harness/run';
import { printAnswer } from './harness/text';

const questions = [
  'l1-hit',
  'l1-variants',
  'l1-allocation',
  'tags',
  'l2-hit',
  'l2-miss',
  'l2-drivers',
  'keys-and-ciphers',
  'stampede',
  'outage',
  'bytes-per-entry',
  'bounded-heap',
  'nest-start',
  'http',
];

async function main(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.filter((name) => !questions.includes(name));
  if (unknown.length > 0) throw new Error(`expected some of ${questions.join(', ')}, got ${unknown.join(', ')}`);
  const answers: Record<string, Answer> = {};
  for (const question of chosen) {
    answers[question] = await ask(question);
    printAnswer(answers[question]);
  }
  // A question alone is for trying something out; only a whole run is kept.
  if (chosen === questions) await keep({ environment: environment(), answers });
}

async function keep(run: Run): Promise<void> {
  await writeFile(join(__dirname, 'results.json'), `${JSON.stringify(run, roundNumbers, 2)}\n`);
  await writeReport(run);
}

function roundNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

const given = process.argv.slice(2);
void main(given.length > 0 ? given : questions);
