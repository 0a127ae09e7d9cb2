import type { TagUpdate } from '../../ports/store';

/**
 * The logical clock of a namespace, as L2 holds it. It steps with each invalidation of tags or of everything, and starts with the time of the server in
 * microseconds, so that a clock that was lost starts above all times that were ever given out.
 */
export interface NamespaceTimes {
  readonly clock: number;
  /** When everything was removed last. */
  readonly cleared: number;
}

/** When the entries of a tag were removed, and when they were expired. */
export interface TagTimes {
  readonly removed: number;
  readonly expired: number;
}

/** `expired`: it may be served as a stale value. */
export type TagVerdict = 'valid' | 'expired' | 'removed';

/** In the year 2223. A larger number was not written by a cache, and would soon be too large to be exact. */
const latest = 8e15;

/** A clock starts with the time of a server. One that is further ahead of the time than a day was not written by a cache. Microseconds. */
const longestAhead = 86_400e6;

const pair = /^(\d{1,16}),(\d{1,16})$/;

/** `undefined` for a state that is absent, or was not written by a cache: it counts as lost. */
export function parseState(text: string | undefined): NamespaceTimes | undefined {
  const times = parsePair(text);
  return times && times[0] > 0 && times[1] <= times[0] ? { clock: times[0], cleared: times[1] } : undefined;
}

/** As {@link parseState}, for a tag. */
export function parseTag(text: string | undefined): TagTimes | undefined {
  const times = parsePair(text);
  return times && { removed: times[0], expired: times[1] };
}

function parsePair(text: string | undefined): readonly [number, number] | undefined {
  const [, first, second] = (text === undefined ? undefined : pair.exec(text)) ?? [];
  const times = [Number(first), Number(second)] as const;
  return times[0] <= latest && times[1] <= latest ? times : undefined;
}

/**
 * Whether the value of an entry may be used. It was read from its source not before `asOf`, so it is older than each later invalidation. A time after
 * that of the clock is one of a clock that was lost.
 * @param tags - of the entry; `undefined` for a tag that L2 does not hold: then it is not known whether it was invalidated
 */
export function verdictOf(asOf: number, { cleared, clock }: NamespaceTimes, tags: readonly (TagTimes | undefined)[]): TagVerdict {
  if (asOf < cleared || asOf > clock) return 'removed';
  let verdict: TagVerdict = 'valid';
  for (const tag of tags) {
    if (tag === undefined || asOf < tag.removed) return 'removed';
    if (asOf < tag.expired) verdict = 'expired';
  }
  return verdict;
}

/**
 * The texts of the state and of the tags after an update: what the script of `redis()` does on the server, for stores that have no scripts.
 * @param now - where the clock begins if it was lost, in microseconds
 */
export function updatedTexts(
  texts: readonly (string | undefined)[],
  { atLeast, change, tags }: TagUpdate,
  now: number,
): readonly (string | undefined)[] {
  const times = tags.map((_, i) => parseTag(texts[i + 1]));
  const state = parseState(texts[0]);
  const highest = Math.max(...times.map((time) => Math.max(time?.removed ?? 0, time?.expired ?? 0)), 0);
  const started = Math.max(state?.clock ?? now, highest, 1);
  const clock = change === 'none' ? started : Math.max(started, atLeast <= now + longestAhead ? atLeast : 0) + 1;
  const cleared = tags.length === 0 && change !== 'none' ? clock : (state?.cleared ?? clock);
  const updated = times.map((time) => {
    if (change === 'none') return time ?? { removed: clock, expired: 0 };
    return time && (change === 'expire' ? { ...time, expired: clock } : { ...time, removed: clock });
  });
  return [`${clock},${cleared}`, ...updated.map((time) => time && `${time.removed},${time.expired}`)];
}
