import { RaceResult, type Lap } from './race-result';
import { shuffled } from './shuffled';

export interface Subject {
  readonly name: string;
  /** Runs the operation so many times, and consumes the results. */
  run(times: number): void | Promise<void>;
}

export interface RacePlan {
  /** How long a lap of one subject takes, more or less, in milliseconds; or how often it does its thing in one. */
  readonly lap: { readonly ms: number } | { readonly times: number };
  readonly rounds: number;
}

/** Rounds that do not count. */
const warmUp = 5;

/** Lets the subjects run by turns, in another order each round, so that whatever else the machine does hits all of them alike. */
export async function race(subjects: readonly Subject[], { lap: planned, rounds }: RacePlan): Promise<RaceResult> {
  const times = new Map<string, number>();
  for (const subject of subjects) times.set(subject.name, 'times' in planned ? planned.times : await timesWithin(planned.ms, subject));
  const laps = new Map<string, Lap[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const subject of shuffled(subjects)) {
      const lap = await runLap(subject, times.get(subject.name)!);
      if (round >= 0) laps.get(subject.name)!.push(lap);
    }
  }
  return new RaceResult(laps);
}

async function timesWithin(ms: number, subject: Subject): Promise<number> {
  for (let times = 256; ; times *= 2) {
    const { wallNs } = await runLap(subject, times);
    if (wallNs * times > ms * 1e6) return times;
  }
}

async function runLap(subject: Subject, times: number): Promise<Lap> {
  // Young garbage only, so that no subject pays for another's: a full collection would also throw compiled code away.
  globalThis.gc?.({ type: 'minor' });
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  await subject.run(times);
  const wallNs = Number(process.hrtime.bigint() - before);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallNs: wallNs / times, cpuNs: ((user + system) * 1_000) / times };
}
