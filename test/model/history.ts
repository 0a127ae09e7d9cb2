import fc from 'fast-check';
import { keys, type Key } from './reference';

export const processCount = 3;

export type Arrangement = 'in order' | 'reversed' | 'twice' | 'first lost' | 'all lost';

/** The next step. `process` is a number below {@link processCount}. */
export type Step =
  | { readonly do: 'get' | 'set' | 'expire' | 'delByTag'; readonly process: number; readonly key: Key }
  | { readonly do: 'wrap'; readonly process: number; readonly key: Key; readonly loadMs: number }
  /** @param commitMs - when the database changes, after the call; `undefined` for before it */
  | { readonly do: 'del'; readonly process: number; readonly key: Key; readonly commitMs: number | undefined }
  | { readonly do: 'clear'; readonly process: number }
  | { readonly do: 'restart'; readonly process: number }
  | { readonly do: 'pass'; readonly ms: number }
  /** The server loses the clock of the namespace, or its tags. */
  | { readonly do: 'forget'; readonly what: 'state' | 'tags' }
  /** `unnoticed`: the probe does not change. */
  | {
      readonly do: 'l2';
      readonly process: number | 'all';
      readonly becomes: 'well' | 'cut' | 'frozen' | 'readOnly';
      readonly unnoticed: boolean;
    }
  | { readonly do: 'bus'; readonly process: number; readonly becomes: 'cut' | 'well' | 'held' }
  | { readonly do: 'release'; readonly process: number; readonly arrangement: Arrangement };

export interface History {
  readonly steps: readonly Step[];
  /** How long commands and replies take, one after the other and then again from the beginning. */
  readonly latencies: readonly number[];
}

const process = fc.nat(processCount - 1);
const key = fc.constantFrom(...keys);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('get', 'set'), process, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire'), process, key }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('wrap'), process, key, loadMs: fc.constantFrom(0, 1, 20, 300, 2_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('del'), process, key, commitMs: fc.constantFrom(undefined, undefined, 1, 10) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delByTag'), process, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear'), process }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget'), what: fc.constantFrom('state', 'tags') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), process }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(0, 1, 3, 10, 60, 300, 1_100, 5_000, 31_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('l2'),
      process: fc.oneof(process, fc.constant('all' as const)),
      becomes: fc.constantFrom('well', 'well', 'cut', 'frozen', 'readOnly'),
      unnoticed: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bus'), process, becomes: fc.constantFrom('cut', 'well', 'held', 'held') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('release'),
      process,
      arrangement: fc.constantFrom('in order', 'reversed', 'twice', 'first lost', 'all lost'),
    }),
  },
);

export const histories: fc.Arbitrary<History> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 50, size: 'max' }),
  latencies: fc.array(fc.constantFrom(0, 0, 1, 5, 30), { minLength: 1, maxLength: 8 }),
});
