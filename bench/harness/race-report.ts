import { atLeast, atMost, type Table, type Verdict } from './answer';
import type { RaceResult } from './race-result';

/** Every subject with its times and, against the reference, its ratio. */
export function raceTable(title: string, result: RaceResult, reference: string): Table {
  return {
    title,
    rows: result.names.map((name) => ({
      name,
      cells: {
        'ns/op': result.median(name, 'wallNs'),
        'CPU ns/op': result.median(name, 'cpuNs'),
        [`× ${reference}`]: result.ratio(name, reference),
        'the same in CPU': result.ratio(name, reference, 'cpuNs'),
      },
    })),
  };
}

export function slowerAtMost(result: RaceResult, ours: string, other: string, limit: number): Verdict {
  return atMost({ what: `${ours}: time over that of ${other}`, limit, measured: result.ratio(ours, other), unit: '×' });
}

export function fasterAtLeast(result: RaceResult, ours: string, other: string, limit: number): Verdict {
  return atLeast({ what: `${ours}: times as fast as ${other}`, limit, measured: result.ratio(other, ours), unit: '×' });
}
