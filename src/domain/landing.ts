import type { Tier } from '../ports/metrics-sink';
import type { Age } from './age';
import type { LocalEntry } from './entry';
import type { Origin } from './payload-guard';

/** What became of a value that was loaded. `fenced`: its key was invalidated meanwhile, so it was returned but not stored. */
export type LoadOutcome = 'stored' | 'fenced' | 'skipped';

/** What a call ended with. Monotonic milliseconds, as in an entry. */
export interface Landing {
  readonly value: unknown;
  readonly from: Tier | 'loader';
  readonly age: Age;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** `undefined` for what was not loaded. */
  readonly outcome: LoadOutcome | undefined;
  /** As in an entry: those who share a landing may demand more of it. */
  origin: Origin | undefined;
}

export type Loaded = Landing & { readonly outcome: LoadOutcome };

export function landed({ value, createdAt, expiresAt, origin }: LocalEntry, from: Tier, age: Age): Landing {
  return { value, from, age, createdAt, expiresAt, outcome: undefined, origin };
}

/** Milliseconds since it expired; 0 for what has not, but is served without being trusted. */
export function staleForMs({ expiresAt }: { readonly expiresAt: number }, now: number): number {
  return Math.max(0, now - expiresAt);
}

/** @param now - monotonic milliseconds: what is not kept has no life */
export function unkept(value: unknown, outcome: 'fenced' | 'skipped', now: number): Loaded {
  return { value, from: 'loader', age: 'fresh', createdAt: now, expiresAt: now, outcome, origin: undefined };
}
