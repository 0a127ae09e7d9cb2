import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atMost, type Row } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { median } from './harness/statistics';

const run = promisify(execFile);
const rounds = 15;

type Application = 'with' | 'without';

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

answerWith(async () => {
  await start('with');
  const starts: Record<Application, Start>[] = [];
  for (let round = 0; round < rounds; round++) starts.push({ without: await start('without'), with: await start('with') });
  const row = (name: string, application: Application): Row => ({
    name,
    cells: { ms: median(starts.map((each) => each[application].ms)), 'CPU ms': median(starts.map((each) => each[application].cpuMs)) },
  });
  return {
    title: 'Start of a Nest application on Express, counted from the start of its process',
    tables: [{ title: '', rows: [row('without the module', 'without'), row('with CacheableModule.register()', 'with')] }],
    verdicts: [
      atMost({
        what: 'start of a Nest application: with the module, without L2',
        limit: 50,
        measured: median(starts.map((each) => each.with.ms - each.without.ms)),
        unit: 'ms',
      }),
    ],
  };
});

async function start(application: Application): Promise<Start> {
  const { stdout } = await run(process.execPath, [join(__dirname, 'nest-start/application.cjs'), application]);
  return JSON.parse(stdout) as Start;
}
