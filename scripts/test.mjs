// `npm test`: all suites, two at a time, because some tests wait for servers and processes while others compute. The suite that waits is the longest one, and
// runs in two parts.
// The first prints as it goes, the others when all have ended. With arguments, `npm test -- -g foo`: one mocha that is given them.
import { spawn } from 'node:child_process';

const given = process.argv.slice(2);
const everything = [
  ['--config', '.mocharc.integration.yml', '--ignore', 'test/integration/[p-z]*.test.ts'],
  ['--config', '.mocharc.yml', '--ignore', 'test/integration/**'],
  ['--config', '.mocharc.integration.yml', '--ignore', 'test/integration/[a-o]*.test.ts', '--ignore', 'test/integration/outage/**'],
  ['--config', '.mocharc.nest-11.yml'],
];
const suites = given.length > 0 ? [given] : everything;
const sideBySide = 2;

const waiting = [...suites.entries()];
const running = new Set();
const held = suites.map(() => []);
let failed = false;

// A suite stops its servers before it ends, and is waited for.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    waiting.length = 0;
    failed = true;
    for (const suite of running) suite.kill('SIGTERM');
  });
}

await Promise.all(Array.from({ length: sideBySide }, runNext));
for (const chunk of held.flat()) process.stdout.write(chunk);
process.exitCode = failed ? 1 : 0;

async function runNext() {
  const next = waiting.shift();
  if (next === undefined) return;
  if (!(await passes(...next))) failed = true;
  await runNext();
}

function passes(lane, args) {
  const stdio = lane === 0 ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const color = process.stdout.isTTY ? ['--color'] : [];
  const env = { ...process.env, TEST_LANE: String(lane) };
  const suite = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...args, ...color], { stdio, env });
  running.add(suite);
  for (const stream of [suite.stdout, suite.stderr]) stream?.on('data', (chunk) => held[lane].push(chunk));
  return new Promise((resolve) => {
    suite.once('close', (code) => {
      running.delete(suite);
      resolve(code === 0);
    });
  });
}
