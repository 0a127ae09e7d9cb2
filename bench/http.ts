import { atLeast, atMost, type Table, type Verdict } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { shuffled } from './harness/shuffled';
import { median } from './harness/statistics';
import { Served, type Burst } from './http/served';
import { platforms, variants, type Platform, type Variant } from './http/variants';

const rounds = 12;
const seconds = 1;
const names = Object.keys(variants) as Variant[];

type Bursts = Readonly<Record<Variant, Burst>>;

answerWith(async () => {
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const platform of Object.keys(platforms) as Platform[]) {
    const all = await burstsOn(platform);
    tables.push(tableOf(platform, all));
    verdicts.push(...verdictsOn(platform, all));
  }
  return { title: 'A trivial handler over HTTP, all hits, 32 connections, metrics on', tables, verdicts };
});

/** By turns, in another order each round, so that whatever else the machine does hits all alike; the first round compiles. */
async function burstsOn(platform: Platform): Promise<Bursts[]> {
  const servers = await Promise.all(names.map((variant) => Served.start(platform, variant)));
  const all: Bursts[] = [];
  for (let round = 0; round <= rounds; round++) {
    const bursts: Partial<Record<Variant, Burst>> = {};
    for (const server of shuffled(servers)) bursts[server.variant] = await server.burst(seconds);
    if (round > 0) all.push(bursts as Bursts);
  }
  for (const server of servers) server.stop();
  return all;
}

function tableOf(platform: Platform, all: readonly Bursts[]): Table {
  const rows = names.map((variant) => ({
    name: variants[variant],
    cells: {
      'requests/s': median(all.map((bursts) => bursts[variant].perSecond)),
      'CPU µs a request': median(all.map((bursts) => bursts[variant].cpuMicroseconds)),
    },
  }));
  return { title: platforms[platform], rows };
}

function verdictsOn(platform: Platform, all: readonly Bursts[]): Verdict[] {
  return (['tiercel', 'compat'] as const).flatMap((variant) => {
    const what = `${platforms[platform]}: ${variants[variant]} over the original`;
    const ratio = (of: (burst: Burst) => number): number => median(all.map((bursts) => of(bursts[variant]) / of(bursts.original)));
    return [
      atMost({ what: `${what}, CPU a request`, limit: 1, measured: ratio((burst) => burst.cpuMicroseconds), unit: '×' }),
      atLeast({ what: `${what}, requests a second`, limit: 1, measured: ratio((burst) => burst.perSecond), unit: '×' }),
    ];
  });
}
