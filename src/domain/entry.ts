import type { Clock } from '../ports/clock';
import type { CallLife } from './call-options';
import { longestMs } from './duration';
import type { Origin } from './payload-guard';

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
  origin: Origin | undefined;
  #answer: Promise<unknown> | undefined;

  constructor(
    readonly value: unknown,
    readonly createdAt: number,
    readonly expiresAt: number,
    /** From then on only layer 2 knows whether another process has changed it. */
    readonly trustedUntil: number,
    /** When it was placed, by the count of {@link Standing.era}. */
    readonly era: number,
  ) {
    this.freshUntil = Math.min(expiresAt, trustedUntil);
    this.origin = undefined;
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

/** How far layer 1 may be trusted at this moment. */
export interface Standing {
  /** How long this process may go without asking layer 2 again. */
  readonly trustMs: number;
  /** Counts the times when all that layer 1 held came into doubt: what was placed in an earlier era is not trusted. */
  readonly era: number;
}

/** How a process places an entry in its layer 1. */
export interface Placement {
  readonly local: LocalEntry;
  /** Milliseconds that layer 1 keeps it: until it is dead, not only while it is fresh. */
  readonly keepMs: number;
}

export function place(entry: Entry, { trustMs, era }: Standing, clock: Clock): Placement {
  const now = clock.now();
  const elapsed = clock.elapsed();
  // A clock that is ahead of ours must not make an entry live longer than its writer meant.
  const left = Math.ceil(Math.min(entry.expiresAt - now, entry.expiresAt - entry.createdAt));
  const grace = entry.expiresAt === Infinity ? 0 : Math.ceil(entry.staleUntil - entry.expiresAt);
  const age = Math.max(0, Math.ceil(now - entry.createdAt));
  const keepMs = left + grace;
  const trustedUntil = elapsed + Math.min(Math.ceil(trustMs), keepMs);
  return { local: new LocalEntry(entry.value, elapsed - age, elapsed + left, trustedUntil, era), keepMs };
}
