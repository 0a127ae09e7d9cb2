import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import type { Background } from '../background';
import type { Generations, Generation } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { CacheKeys } from '../entry/cache-keys';
import type { LocalEntry, Entry } from '../entry/entry';
import { type PayloadConstraints, type ValidatedAs, satisfies, rejectionOf, type Rejected } from '../entry/payload-check';
import type { PayloadCodec, Decoded } from '../entry/payload-codec';
import type { Reporter } from '../events/reporter';
import type { L1Policy } from '../l1/l1-policy';
import { place } from '../l1/memory-tier';
import type { RemoteTier, unreachable } from '../l2/remote-tier';

export interface ReaderParts {
  readonly keys: CacheKeys;
  readonly local: LocalStore<LocalEntry>;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly generations: Generations;
  readonly codec: PayloadCodec;
  readonly trust: L1Policy;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
}

interface ReaderLinks {
  /** Brings what was read up to date in layer 2, under the present key of the cipher. */
  readonly reseal: (key: SanitizedKey, payload: string, entry: Entry) => Promise<void>;
  /** What everybody demands who names nothing else. */
  readonly guard: PayloadConstraints;
}

/** A value, wherever it was found, with what is known of it. */
interface Held {
  readonly value: unknown;
  validatedAs: ValidatedAs | undefined;
}

/** What layer 2 holds, nothing, or that it could not be asked. */
export type RemoteAnswer = LocalEntry | undefined | typeof unreachable;

/** l1 → gate → l2 → copy back. Never rejects because of layer 2. */
export class Reader {
  readonly #parts: ReaderParts & ReaderLinks;
  // What every layer-1 hit needs, one field away.
  readonly #local: LocalStore<LocalEntry>;
  readonly #clock: Clock;
  readonly #trust: L1Policy;
  readonly #guard: PayloadConstraints;
  #latest: ValidatedAs = { version: undefined, schema: undefined };

  constructor(parts: ReaderParts & ReaderLinks) {
    this.#parts = parts;
    this.#local = parts.local;
    this.#clock = parts.clock;
    this.#trust = parts.trust;
    this.#guard = parts.guard;
  }

  get era(): number {
    return this.#trust.epoch;
  }

  /** What layer 1 holds, fresh or not, if it passes. */
  local(key: SanitizedKey, guard: PayloadConstraints): LocalEntry | undefined {
    const entry = this.#local.get(key);
    return entry !== undefined && this.passes(key, entry, guard) ? entry : undefined;
  }

  /** What layer 1 may answer with, without asking anybody. */
  fresh(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#local.get(key);
    return entry !== undefined && this.#isFresh(entry) && this.passes(key, entry, this.#guard) ? entry : undefined;
  }

  /**
   * Whether a value meets what this caller demands of other processes, who may have been content with less. What does not is a miss, and deleted, as
   * if it had been read from layer 2 just now. What does is not looked at again.
   */
  passes(key: SanitizedKey, held: Held, guard: PayloadConstraints): boolean {
    const origin = held.validatedAs;
    if (origin === undefined || satisfies(origin, guard)) return true;
    const rejected = rejectionOf(held.value, origin, guard);
    if (rejected === undefined) {
      held.validatedAs = this.#originOf(origin, guard);
      return true;
    }
    this.#parts.local.delete(key);
    this.#reject(key, rejected);
    return false;
  }

  /** What layer 1 may answer with while layer 2 cannot be asked: old, but not by more than the caller allows. */
  spare(key: SanitizedKey, staleIfErrorMs: number): LocalEntry | undefined {
    const entry = this.local(key, this.#guard);
    return entry !== undefined && staleIfErrorMs > 0 && this.#clock.elapsed() < entry.expiresAt + staleIfErrorMs ? entry : undefined;
  }

  /** What layer 2 holds, fresh or stale, for a caller who has found nothing fresh in layer 1. */
  async remote(key: SanitizedKey, guard: PayloadConstraints): Promise<RemoteAnswer> {
    const generation = this.#parts.generations.begin(key);
    try {
      return this.#accept(key, await this.#ask(key), generation, guard);
    } finally {
      this.#parts.generations.end(key, generation);
    }
  }

  /** As {@link remote}, for a caller who holds the generation already. */
  async remoteUnder(generation: Generation, key: SanitizedKey, guard: PayloadConstraints): Promise<RemoteAnswer> {
    return this.#accept(key, await this.#ask(key), generation, guard);
  }

  /** Whether layer 2 holds something fresh. The value itself is not decoded. */
  async remoteHas(key: SanitizedKey, guard: PayloadConstraints): Promise<boolean | typeof unreachable> {
    const { codec, keys, clock, reporter } = this.#parts;
    const payload = this.#believed(key, await this.#ask(key));
    if (typeof payload !== 'string') return payload ?? false;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const header = this.#usable(key, codec.decodeHeader(payload, keys.remote(key), guard));
    return header !== undefined && clock.now() < header.expiresAt;
  }

  #isFresh(entry: LocalEntry): boolean {
    return this.#clock.elapsed() < entry.freshUntil && entry.epoch === this.#trust.epoch;
  }

  #ask(key: SanitizedKey): Promise<string | undefined | typeof unreachable> {
    const { keys, pending, remote } = this.#parts;
    return pending.has(key) ? Promise.resolve(undefined) : remote.get(keys.remote(key));
  }

  /** A key that still has to be deleted in layer 2 is not there, whatever layer 2 says. */
  #believed<T>(key: SanitizedKey, answer: T): T | undefined {
    return this.#parts.pending.has(key) ? undefined : answer;
  }

  #accept(
    key: SanitizedKey,
    answer: string | undefined | typeof unreachable,
    generation: Generation,
    guard: PayloadConstraints,
  ): RemoteAnswer {
    const payload = this.#believed(key, answer);
    if (typeof payload !== 'string') return payload;
    const { background, codec, keys, reporter, reseal, trust } = this.#parts;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const decoded = this.#usable(key, codec.decode(payload, keys.remote(key), guard));
    if (decoded === undefined) return undefined;
    // Never unheard: what another process writes meanwhile would be undone by a mere read, and nobody would notice.
    if (trust.hearsInvalidations && generation.current && !codec.isCurrent(payload)) background.track(reseal(key, payload, decoded));
    return this.#copyBack(key, decoded, this.#originOf(decoded, guard), generation);
  }

  /** A payload that cannot be used is a miss, and is deleted so that it is one only once. */
  #usable<T extends object>(key: SanitizedKey, decoded: Decoded<T>): T | undefined {
    if (!('rejected' in decoded)) return decoded;
    this.#reject(key, decoded);
    return undefined;
  }

  #reject(key: SanitizedKey, rejected: Rejected): void {
    const { background, keys, remote, reporter } = this.#parts;
    reporter.report('reject', { key, when: 'read', reason: rejected.rejected, cause: rejected.cause });
    background.track(remote.send('delete', (store) => store.delete([keys.remote(key)])));
  }

  /** One object for all that came the same way: there may be a million of them. */
  #originOf({ version }: Pick<Entry, 'version'> | ValidatedAs, { schema }: PayloadConstraints): ValidatedAs {
    if (this.#latest.version !== version || this.#latest.schema !== schema) this.#latest = { version, schema };
    return this.#latest;
  }

  #copyBack(key: SanitizedKey, entry: Entry, origin: ValidatedAs, generation: Generation): LocalEntry | undefined {
    const { clock, local, trust } = this.#parts;
    const placement = place(entry, { l1TtlMs: trust.ttlMsOf(entry), epoch: trust.epoch }, clock);
    placement.local.validatedAs = origin;
    if (placement.keepMs <= 0) return undefined;
    if (generation.current) local.set(key, placement.local, placement.keepMs);
    return placement.local;
  }
}
