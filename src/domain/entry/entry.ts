import type { CallLife } from '../options/call-options';
import { longestMs } from '../options/option-checks';
import type { ValidatedAs } from './payload-check';

/** What travels to layer 2: a value and its life, in wall-clock milliseconds. Presence is the entry, never the value. */
export interface Entry {
  readonly value: unknown;
  readonly createdAt: number;
  /** Fresh before, stale from then on. `Infinity` for an entry without an end. */
  readonly expiresAt: number;
  /** Dead from then on. */
  readonly staleUntil: number;
  /** How long a process may keep it in layer 1 without asking again; `Infinity` where nobody said. */
  readonly l1TtlMs: number;
  readonly tags: readonly string[];
  /** Of the value's shape, where somebody counts it. */
  readonly version?: number;
}

/**
 * What layer 1 holds: the same entry in this process's own monotonic milliseconds, so that a wall clock that jumps neither revives nor
 * kills it. Small integers and a reference: there may be a million of them.
 */
export class LocalEntry {
  /** A hit before, whoever asks. */
  readonly freshUntil: number;
  /** Of what another process wrote; `undefined` for what this one did, which is trusted. */
  validatedAs: ValidatedAs | undefined;
  #answer: Promise<unknown> | undefined;

  constructor(
    readonly value: unknown,
    readonly createdAt: number,
    readonly expiresAt: number,
    /** From then on only layer 2 knows whether another process has changed it. */
    readonly revalidateAt: number,
    /** When it was placed, by the count of {@link Standing.era}. */
    readonly epoch: number,
  ) {
    this.freshUntil = Math.min(expiresAt, revalidateAt);
    this.validatedAs = undefined;
  }

  /** The value as a promise, the same one for all who ask: a hit then allocates nothing. */
  get answer(): Promise<unknown> {
    return (this.#answer ??= Promise.resolve(this.value));
  }
}

/** @param random - from 0 up to 1, drawn once per write so that both tiers share it */
export function newEntry(value: unknown, life: CallLife, maxTtlMs: number, now: number, random: () => number): Entry {
  const drawn = life.jitter === 0 ? 0 : random();
  const lengthened = (ms: number): number => (ms === Infinity ? ms : ms + drawn * (life.jitter < 1 ? life.jitter * ms : life.jitter));
  const ttlMs = Math.min(lengthened(life.ttlMs), maxTtlMs);
  const expiresAt = now + Math.ceil(ttlMs);
  // Where somebody chose forever, a thousand years: `Infinity` says that nobody chose.
  const l1TtlMs = life.primaryTtlMs === undefined ? Infinity : Math.min(lengthened(life.primaryTtlMs), ttlMs, longestMs);
  const graceMs = Math.ceil(Math.max(life.staleWhileRevalidateMs, life.staleIfErrorMs));
  const entry = { value, createdAt: now, expiresAt, staleUntil: expiresAt + graceMs, l1TtlMs, tags: life.tags };
  return life.version === undefined ? entry : { ...entry, version: life.version };
}
