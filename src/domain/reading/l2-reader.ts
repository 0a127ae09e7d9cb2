import type { CacheKey } from '../../ports/cache-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import type { Background } from '../background';
import type { Generations, Generation } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { CacheKeys } from '../entry/cache-keys';
import type { LocalEntry, Entry } from '../entry/entry';
import { type PayloadGuard, type Origin, hasPassed, objection, type Rejected } from '../entry/payload-check';
import type { PayloadCodec, Decoded } from '../entry/payload-codec';
import type { Reporter } from '../events/reporter';
import type { Trust } from '../l1/l1-trust';
import { place } from '../l1/memory-tier';
import type { RemoteTier, unreachable } from '../l2/remote-tier';

export interface ReaderParts {
  readonly keys: CacheKeys;
  readonly local: LocalStore<LocalEntry>;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly generations: Generations;
  readonly codec: PayloadCodec;
  readonly trust: Trust;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
}

interface ReaderLinks {
  /** Brings what was read up to date in layer 2, under the present key of the cipher. */
  readonly reseal: (key: CacheKey, payload: string, entry: Entry) => Promise<void>;
  /** What everybody demands who names nothing else. */
  readonly guard: PayloadGuard;
}

/** A value, wherever it was found, with what is known of it. */
interface Held {
  readonly value: unknown;
  origin: Origin | undefined;
}

/** What layer 2 holds, nothing, or that it could not be asked. */
export type RemoteAnswer = LocalEntry | undefined | typeof unreachable;

/** l1 → gate → l2 → copy back. Never rejects because of layer 2. */
export class Reader {
  readonly #parts: ReaderParts & ReaderLinks;
  // What every layer-1 hit needs, one field away.
  readonly #local: LocalStore<LocalEntry>;
  readonly #clock: Clock;
  readonly #trust: Trust;
  readonly #guard: PayloadGuard;
  #latest: Origin = { version: undefined, schema: undefined };

  constructor(parts: ReaderParts & ReaderLinks) {
    this.#parts = parts;
    this.#local = parts.local;
    this.#clock = parts.clock;
    this.#trust = parts.trust;
    this.#guard = parts.guard;
  }

  get era(): number {
    return this.#trust.era;
  }

  /** What layer 1 holds, fresh or not, if it passes. */
  local(key: CacheKey, guard: PayloadGuard): LocalEntry | undefined {
    const entry = this.#local.get(key);
    return entry !== undefined && this.passes(key, entry, guard) ? entry : undefined;
  }

  /** What layer 1 may answer with, without asking anybody. */
  fresh(key: CacheKey): LocalEntry | undefined {
    const entry = this.#local.get(key);
    return entry !== undefined && this.#isFresh(entry) && this.passes(key, entry, this.#guard) ? entry : undefined;
  }

  /**
   * Whether a value meets what this caller demands of other processes, who may have been content with less. What does not is a miss, and deleted, as
   * if it had been read from layer 2 just now. What does is not looked at again.
   */
  passes(key: CacheKey, held: Held, guard: PayloadGuard): boolean {
    const { origin } = held;
    if (origin === undefined || hasPassed(origin, guard)) return true;
    const rejected = objection(held.value, origin, guard);
    if (rejected === undefined) {
      held.origin = this.#originOf(origin, guard);
      return true;
    }
    this.#parts.local.delete(key);
    this.#reject(key, rejected);
    return false;
  }

  /** What layer 1 may answer with while layer 2 cannot be asked: old, but not by more than the caller allows. */
  spare(key: CacheKey, staleIfErrorMs: number): LocalEntry | undefined {
    const entry = this.local(key, this.#guard);
    return entry !== undefined && staleIfErrorMs > 0 && this.#clock.elapsed() < entry.expiresAt + staleIfErrorMs ? entry : undefined;
  }

  /** What layer 2 holds, fresh or stale, for a caller who has found nothing fresh in layer 1. */
  async remote(key: CacheKey, guard: PayloadGuard): Promise<RemoteAnswer> {
    const generation = this.#parts.generations.begin(key);
    try {
      return this.#accept(key, await this.#ask(key), generation, guard);
    } finally {
      this.#parts.generations.end(key, generation);
    }
  }

  /** As {@link remote}, for a caller who holds the generation already. */
  async remoteUnder(generation: Generation, key: CacheKey, guard: PayloadGuard): Promise<RemoteAnswer> {
    return this.#accept(key, await this.#ask(key), generation, guard);
  }

  /** Whether layer 2 holds something fresh. The value itself is not decoded. */
  async remoteHas(key: CacheKey, guard: PayloadGuard): Promise<boolean | typeof unreachable> {
    const { codec, keys, clock, reporter } = this.#parts;
    const payload = this.#believed(key, await this.#ask(key));
    if (typeof payload !== 'string') return payload ?? false;
    reporter.payload('read', payload.length);
    const header = this.#usable(key, codec.decodeHeader(payload, keys.remote(key), guard));
    return header !== undefined && clock.now() < header.expiresAt;
  }

  #isFresh(entry: LocalEntry): boolean {
    return this.#clock.elapsed() < entry.freshUntil && entry.era === this.#trust.era;
  }

  #ask(key: CacheKey): Promise<string | undefined | typeof unreachable> {
    const { keys, pending, remote } = this.#parts;
    return pending.has(key) ? Promise.resolve(undefined) : remote.get(keys.remote(key));
  }

  /** A key that still has to be deleted in layer 2 is not there, whatever layer 2 says. */
  #believed<T>(key: CacheKey, answer: T): T | undefined {
    return this.#parts.pending.has(key) ? undefined : answer;
  }

  #accept(key: CacheKey, answer: string | undefined | typeof unreachable, generation: Generation, guard: PayloadGuard): RemoteAnswer {
    const payload = this.#believed(key, answer);
    if (typeof payload !== 'string') return payload;
    const { background, codec, keys, reporter, reseal, trust } = this.#parts;
    reporter.payload('read', payload.length);
    const decoded = this.#usable(key, codec.decode(payload, keys.remote(key), guard));
    if (decoded === undefined) return undefined;
    // Never unheard: what another process writes meanwhile would be undone by a mere read, and nobody would notice.
    if (trust.isTold && generation.current && !codec.isCurrent(payload)) background.track(reseal(key, payload, decoded));
    return this.#copyBack(key, decoded, this.#originOf(decoded, guard), generation);
  }

  /** A payload that cannot be used is a miss, and is deleted so that it is one only once. */
  #usable<T extends object>(key: CacheKey, decoded: Decoded<T>): T | undefined {
    if (!('rejected' in decoded)) return decoded;
    this.#reject(key, decoded);
    return undefined;
  }

  #reject(key: CacheKey, rejected: Rejected): void {
    const { background, keys, remote, reporter } = this.#parts;
    reporter.rejected(key, rejected);
    background.track(remote.take('delete', (store) => store.delete([keys.remote(key)])));
  }

  /** One object for all that came the same way: there may be a million of them. */
  #originOf({ version }: Pick<Entry, 'version'> | Origin, { schema }: PayloadGuard): Origin {
    if (this.#latest.version !== version || this.#latest.schema !== schema) this.#latest = { version, schema };
    return this.#latest;
  }

  #copyBack(key: CacheKey, entry: Entry, origin: Origin, generation: Generation): LocalEntry | undefined {
    const { clock, local, trust } = this.#parts;
    const placement = place(entry, { trustMs: trust.forMs(entry), era: trust.era }, clock);
    placement.local.origin = origin;
    if (placement.keepMs <= 0) return undefined;
    if (generation.current) local.set(key, placement.local, placement.keepMs);
    return placement.local;
  }
}
