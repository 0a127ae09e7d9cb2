import type { Clock } from '../../ports/clock';
import type { LocalValue } from '../../ports/local-store';
import { longestMs } from '../options/option-checks';
import type { LifeSettings } from '../options/settings';
import type { ValidatedAs } from './payload-check';
import { noTags, type TagSet } from './tag-names';

/** A value and its life as they travel to L2, in wall-clock milliseconds. A key is present when it has an entry, whatever the value is. */
export interface Entry {
  readonly value: unknown;
  readonly createdAt: number;
  /** Fresh before this instant, stale from then on. `Infinity` for an entry without an end. */
  readonly expiresAt: number;
  /** Dead from this instant on. */
  readonly staleUntil: number;
  /** Time after `expiresAt` in which the value may be served after an error, in milliseconds. */
  readonly staleIfErrorMs: number;
  /** The time for which a process may answer from L1 without asking L2, in milliseconds; `Infinity` if the writer set no limit. */
  readonly l1TtlMs: number;
  readonly tags: readonly string[];
  /** The time of the namespace's clock before the value was read from its source: it is older than each later invalidation of its tags. */
  readonly asOf: number;
  /** The version of the value's shape, if the writer named one. */
  readonly version?: number;
}

/** Stands for `Infinity` in a field of an entry: V8 stores a small integer in the field itself, and every other number in an object besides. */
const never = -(2 ** 31);

function toSmall(ms: number): number {
  return ms === Infinity ? never : ms;
}

function fromSmall(ms: number): number {
  return ms === never ? Infinity : ms;
}

/**
 * An entry as L1 holds it, in monotonic milliseconds of this process: a wall clock that jumps neither revives nor ends it.
 * One object of small integers and references, because there may be a million of them. A class, not an object literal: V8 learns to allocate
 * long-lived literals in old space, where a dead one keeps its value alive until the next full collection.
 */
export class LocalEntry implements LocalValue {
  /** The checks that a value of another process has passed; `undefined` for a value of this process, which is not checked. */
  validatedAs: ValidatedAs | undefined = undefined;
  bytes = 0;
  usedAt = 0;
  #expiresAt: number;
  readonly #revalidateAt: number;
  #freshUntil: number;
  readonly #keepUntil: number;
  readonly #staleIfErrorMs: number;
  #answer: Promise<unknown> | undefined;

  constructor(
    readonly value: unknown,
    readonly createdAt: number,
    expiresAt: number,
    revalidateAt: number,
    staleIfErrorMs: number,
    keepUntil: number,
    /** The newest epoch in which it is known to be valid; see `TagEpochs`. */
    public epoch: number,
    readonly tags: TagSet = noTags,
  ) {
    this.#expiresAt = toSmall(expiresAt);
    this.#revalidateAt = toSmall(revalidateAt);
    this.#freshUntil = toSmall(Math.min(expiresAt, revalidateAt));
    this.#keepUntil = toSmall(keepUntil);
    this.#staleIfErrorMs = toSmall(staleIfErrorMs);
  }

  get expiresAt(): number {
    return fromSmall(this.#expiresAt);
  }

  /** From this instant on, only L2 knows whether another process has changed the key. */
  get revalidateAt(): number {
    return fromSmall(this.#revalidateAt);
  }

  /** Before this instant a hit for every caller: the earlier of `expiresAt` and `revalidateAt`. */
  get freshUntil(): number {
    return fromSmall(this.#freshUntil);
  }

  /** L1 drops the entry at this instant: when it is dead, not when it is stale. */
  get keepUntil(): number {
    return fromSmall(this.#keepUntil);
  }

  /** How long after `expiresAt` the value may be served after an error, in milliseconds. */
  get staleIfErrorMs(): number {
    return fromSmall(this.#staleIfErrorMs);
  }

  /** Ends its ttl: from now on it is stale. */
  expire(now: number): void {
    if (now >= this.expiresAt) return;
    this.#expiresAt = toSmall(now);
    this.#freshUntil = toSmall(now);
  }

  /** The same entry with another value, or itself with its own. */
  with(value: unknown): LocalEntry {
    if (value === this.value) return this;
    const { createdAt, epoch, expiresAt, keepUntil, revalidateAt, staleIfErrorMs, tags } = this;
    const copy = new LocalEntry(value, createdAt, expiresAt, revalidateAt, staleIfErrorMs, keepUntil, epoch, tags);
    copy.validatedAs = this.validatedAs;
    return copy;
  }

  /** The value as a promise, one for all callers: a hit allocates nothing. */
  get answer(): Promise<unknown> {
    return (this.#answer ??= Promise.resolve(this.value));
  }
}

/** Facts that a write adds to the life of its entry. */
export interface WriteMoment {
  readonly maxTtlMs: number;
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** From 0 up to 1, drawn once per write, so that both tiers have the same life. */
  readonly random: () => number;
  /** As in {@link Entry}. */
  readonly asOf: number;
}

export function newEntry(value: unknown, life: LifeSettings, tags: readonly string[], { asOf, maxTtlMs, now, random }: WriteMoment): Entry {
  const drawn = life.jitter === 0 ? 0 : random();
  const lengthened = (ms: number): number => (ms === Infinity ? ms : ms + drawn * (life.jitter < 1 ? life.jitter * ms : life.jitter));
  const ttlMs = Math.min(lengthened(life.ttlMs), maxTtlMs);
  const expiresAt = now + Math.ceil(ttlMs);
  // `Infinity` means "not configured"; an explicit 'forever' is stored as 1 000 years.
  const l1TtlMs = life.primaryTtlMs === undefined ? Infinity : Math.min(lengthened(life.primaryTtlMs), ttlMs, longestMs);
  const staleIfErrorMs = Math.ceil(life.staleIfErrorMs);
  const graceMs = Math.max(Math.ceil(life.staleWhileRevalidateMs), staleIfErrorMs);
  const entry = { value, createdAt: now, expiresAt, staleUntil: expiresAt + graceMs, staleIfErrorMs, l1TtlMs, tags, asOf };
  return life.version === undefined ? entry : { ...entry, version: life.version };
}

/** Decisions of the reading process about an entry in its L1. */
export interface LocalTerms {
  /** The time for which L1 may answer without asking L2. Milliseconds, as the next one. */
  readonly l1TtlMs: number;
  /** No entry lives longer, whatever its writer said. */
  readonly maxTtlMs: number;
  /** L1 keeps it no longer than this, whatever its life. */
  readonly keepAtMostMs: number;
  readonly epoch: number;
  readonly tags: TagSet;
}

/** Both clocks at one moment, read once for everything that arrives together. Milliseconds. */
export interface Moment {
  /** Wall clock. */
  readonly now: number;
  /** Monotonic. */
  readonly elapsed: number;
}

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), elapsed: clock.elapsed() };
}

/** @returns `undefined` for an entry that is dead already */
export function toLocalEntry(
  entry: Entry,
  { epoch, keepAtMostMs, l1TtlMs, maxTtlMs, tags }: LocalTerms,
  { elapsed, now }: Moment,
): LocalEntry | undefined {
  const age = Math.max(0, Math.ceil(now - entry.createdAt));
  // If the clock of the writer is ahead, the entry must not live longer than its ttl.
  const left = Math.ceil(Math.min(entry.expiresAt - now, entry.expiresAt - entry.createdAt, maxTtlMs - age));
  const grace = entry.expiresAt === Infinity ? 0 : Math.ceil(entry.staleUntil - entry.expiresAt);
  const keepMs = Math.min(left + grace, keepAtMostMs);
  if (keepMs <= 0) return undefined;
  const revalidateAt = elapsed + Math.min(Math.ceil(l1TtlMs), keepMs);
  return new LocalEntry(entry.value, elapsed - age, elapsed + left, revalidateAt, entry.staleIfErrorMs, elapsed + keepMs, epoch, tags);
}
