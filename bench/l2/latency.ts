import { atMost, type Verdict } from '../harness/answer';
import { consume } from '../harness/consume';
import { median } from '../harness/statistics';
import { keys, mask } from '../harness/users';
import type { RemoteReader } from './remote-reader';

const rounds = 15;
const readsPerRound = 1_000;

/** One call at a time: how much later than without us the answer comes, in the median. */
export async function latencyVerdict(ours: RemoteReader, raw: RemoteReader): Promise<Verdict> {
  const differences: number[] = [];
  for (let round = 0; round < rounds; round++) differences.push((await medianUs(ours)) - (await medianUs(raw)));
  return atMost({
    what: `1 in flight, ${ours.name}: median latency beyond ${raw.name}`,
    limit: 10,
    measured: median(differences),
    unit: 'µs',
  });
}

async function medianUs({ read }: RemoteReader): Promise<number> {
  const latencies: number[] = [];
  for (let i = 0; i < readsPerRound; i++) {
    const startedAt = performance.now();
    consume((await read(keys[i & mask]!))!.id);
    latencies.push((performance.now() - startedAt) * 1_000);
  }
  return median(latencies);
}
