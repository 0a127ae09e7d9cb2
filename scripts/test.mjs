// `npm test`: all suites, two at a time, because some tests wait for servers and processes while others compute. One suite prints as it goes, the next one when
// that has ended; the summaries of all come last, with the tests that failed. With arguments, `npm test -- -g foo`: one mocha that is given them.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const given = process.argv.slice(2);
/** Measured, or played through many times: they compute for long. */
const laborious = ['model', 'fuzz', 'adapters/memory'];
/** The longest ones first. */
const everything = [
  ['--config', '.mocharc.yml', ...ignoring('integration/**', ...laborious.map((folder) => `${folder}/**`))],
  ['--config', '.mocharc.integration.yml', ...ignoring('integration/[p-z]*.test.ts')],
  ['--config', '.mocharc.yml', ...ignoring('*.test.ts', '!(model|fuzz|adapters)/**', 'adapters/!(memory)/**')],
  ['--config', '.mocharc.integration.yml', ...ignoring('integration/[a-o]*.test.ts', 'integration/outage/**')],
  ['--config', '.mocharc.nest-11.yml'],
];
const sideBySide = 2;

const color = process.stdout.isTTY ? ['--color'] : [];
const suites = (given.length > 0 ? [given] : everything).map((args) => ({ args, report: '', summary: '', hasEnded: false }));
const waiting = [...suites];
const running = new Set();
let printed = 0;
let failed = false;

// A suite stops its servers before it ends, and is waited for.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    waiting.length = 0;
    failed = true;
    for (const child of running) child.kill('SIGTERM');
  });
}

await Promise.all(Array.from({ length: sideBySide }, (_, lane) => runNext(lane)));
for (const { summary } of suites) process.stdout.write(summary);
process.exitCode = failed ? 1 : 0;

async function runNext(lane) {
  const suite = waiting.shift();
  if (suite === undefined) return;
  await run(suite, lane);
  await runNext(lane);
}

function run(suite, lane) {
  const { args } = suite;
  const env = { ...process.env, TEST_LANE: String(lane) };
  const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...args, ...color], { stdio: ['ignore', 'pipe', 'pipe'], env });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      add(suite, `${line}\n`);
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code !== 0) failed = true;
      if (suite.summary === '') suite.summary = `  mocha ${args.join(' ')}: ended without a summary (${signal ?? `code ${code}`})\n`;
      suite.hasEnded = true;
      print();
      resolve();
    });
  });
}

/** The summary begins with mocha's line `12 passing (3s)`. */
function add(suite, line) {
  if (suite.summary !== '' || /^ *\d+ passing \(/.test(withoutColor(line))) suite.summary += line;
  else suite.report += line;
  print();
}

/** The reports in their order. */
function print() {
  for (;;) {
    const suite = suites[printed];
    if (suite === undefined) return;
    process.stdout.write(suite.report);
    suite.report = '';
    if (!suite.hasEnded) return;
    printed += 1;
  }
}

function withoutColor(line) {
  return line.replace(/\u001b\[\d+m/g, '');
}

function ignoring(...patterns) {
  return patterns.flatMap((pattern) => ['--ignore', `test/${pattern}`]);
}
