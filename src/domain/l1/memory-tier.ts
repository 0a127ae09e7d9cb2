import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import type { BusView } from '../consistency/bus-view';
import type { Generations } from '../consistency/generations';
import type { InvalidationKind } from '../consistency/invalidation';
import { type Entry, LocalEntry } from '../entry/entry';
import type { Reporter } from '../events/reporter';
import type { L1Policy } from './l1-policy';

interface LocalWriterParts {
  readonly clock: Clock;
  readonly generations: Generations;
  readonly local: LocalStore<LocalEntry>;
  readonly reporter: Reporter;
  readonly trust: L1Policy;
}

/** Changes layer 1 of one namespace, and tells those who are fetching something for it. */
export class LocalWriter {
  readonly #parts: LocalWriterParts;

  constructor(parts: LocalWriterParts) {
    this.#parts = parts;
  }

  /** @param atMostMs - it is kept, and trusted, no longer than this */
  place(key: SanitizedKey, entry: Entry, atMostMs: number): void {
    const { clock, local, reporter, trust } = this.#parts;
    const began = clock.precise();
    const placement = place(entry, { l1TtlMs: Math.min(trust.ttlMsOf(entry), atMostMs), epoch: trust.epoch }, clock);
    local.set(key, placement.local, Math.min(placement.keepMs, atMostMs));
    reporter.recordDuration('l1Set', began);
  }

  /** Drops what layer 1 has, and nothing of what is being fetched for it. */
  drop(key: SanitizedKey): void {
    const { clock, local, reporter } = this.#parts;
    const began = clock.precise();
    if (!local.delete(key)) return;
    reporter.recordDuration('l1Delete', began);
    reporter.report('invalidate', { count: 1 });
  }

  /** Drops from layer 1, and from what is being fetched for it, what is known to be old. */
  forget(keys: readonly SanitizedKey[] | 'everything'): void {
    if (keys === 'everything') this.#forgetAll();
    else for (const key of keys) this.#forget(key);
  }

  /** As {@link forget}, for what others say. What is on its way to layer 2 may undo what they changed, and is taken back when it has arrived. */
  hear(keys: readonly SanitizedKey[] | 'everything', what: InvalidationKind): void {
    const { generations } = this.#parts;
    if (what === 'changed') {
      if (keys === 'everything') generations.outdateAll();
      else for (const key of keys) generations.outdate(key);
    }
    this.forget(keys);
  }

  #forget(key: SanitizedKey): void {
    this.#parts.generations.advance(key);
    this.drop(key);
  }

  #forgetAll(): void {
    const { generations, local, reporter } = this.#parts;
    generations.advanceAll();
    reporter.report('invalidate', { count: local.size });
    local.clear();
  }
}

/** How a process places an entry in its layer 1. */
interface Placement {
  readonly local: LocalEntry;
  /** Milliseconds that layer 1 keeps it: until it is dead, not only while it is fresh. */
  readonly keepMs: number;
}

export function place(entry: Entry, { l1TtlMs: trustMs, epoch: era }: BusView, clock: Clock): Placement {
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
