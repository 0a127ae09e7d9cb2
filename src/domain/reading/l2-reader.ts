import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Background } from '../background';
import type { Generation } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry, LocalEntry } from '../entry/entry';
import { validated, type PayloadConstraints, type Rejected } from '../entry/payload-check';
import type { Decoded, PayloadCodec } from '../entry/payload-codec';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { RemoteTier, unreachable } from '../l2/remote-tier';
import type { LifeSettings } from '../options/settings';

export interface L2ReaderParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly pending: PendingInvalidations;
  readonly codec: PayloadCodec;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
  /** The constraints of the cache, which hold for every call that names no others. */
  readonly constraints: PayloadConstraints;
  /** Writes a payload back to L2, sealed under the present key of the cipher. */
  readonly reseal: (key: SanitizedKey, payload: string, entry: Entry) => Promise<void>;
}

/** The entry that L2 holds, fresh or stale; `undefined` if it holds none; or `unreachable`. */
export type L2Answer = LocalEntry | undefined | typeof unreachable;

/** The constraints and the L1 ttl of one call. */
type ReadLimits = Pick<LifeSettings, 'schema' | 'version' | 'primaryTtlMs'>;

/** Reads L2 through its gate, checks the payload, and copies the entry to L1. Never rejects because of L2. */
export class L2Reader {
  readonly #parts: L2ReaderParts;

  constructor(parts: L2ReaderParts) {
    this.#parts = parts;
  }

  /** @param generation - of the caller, begun before this call: the entry is copied to L1 only while it is current */
  async read(key: SanitizedKey, generation: Generation, limits: ReadLimits): Promise<L2Answer> {
    const { pending } = this.#parts;
    if (pending.has(key)) return pending.inFlight(key);
    const payload = await this.#parts.remote.get(this.#parts.keys.remote(key));
    // A key became pending while L2 answered: the answer may be older than the write that made it so.
    if (pending.has(key)) return pending.inFlight(key);
    return typeof payload === 'string' ? this.#accept(key, payload, generation, limits) : payload;
  }

  /** Whether L2 holds a fresh entry. The value is not decoded. */
  async has(key: SanitizedKey, generation: Generation): Promise<boolean | typeof unreachable> {
    const { clock, codec, constraints, keys, pending, remote, reporter } = this.#parts;
    if (pending.has(key)) return this.#isInFlight(key);
    const payload = await remote.get(keys.remote(key));
    if (pending.has(key)) return this.#isInFlight(key);
    if (typeof payload !== 'string') return payload ?? false;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const header = this.#usable(key, codec.decodeHeader(payload, keys.remote(key), constraints), generation, constraints);
    return header !== undefined && clock.now() < header.expiresAt;
  }

  #isInFlight(key: SanitizedKey): boolean {
    return this.#parts.pending.inFlight(key) !== undefined;
  }

  #accept(key: SanitizedKey, payload: string, generation: Generation, limits: ReadLimits): LocalEntry | undefined {
    const { background, codec, keys, memory, reporter, reseal } = this.#parts;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const entry = this.#usable(key, codec.decode(payload, keys.remote(key), limits), generation, limits);
    if (entry === undefined) return undefined;
    // Only with a bus: without it, resealing could undo a write of another process unnoticed.
    if (memory.hearsInvalidations && generation.current && !codec.isCurrent(payload)) background.track(reseal(key, payload, entry));
    return this.#copyToL1(key, entry, generation, limits);
  }

  #copyToL1(key: SanitizedKey, entry: Entry, generation: Generation, { primaryTtlMs, schema }: ReadLimits): LocalEntry | undefined {
    const { memory } = this.#parts;
    const local = memory.localize(entry, { l1TtlMs: primaryTtlMs });
    if (local === undefined) return undefined;
    local.validatedAs = validated(entry.version, schema);
    if (generation.current) memory.put(key, local);
    return local;
  }

  #usable<T extends object>(key: SanitizedKey, decoded: Decoded<T>, generation: Generation, required: PayloadConstraints): T | undefined {
    if (!('rejected' in decoded)) return decoded;
    const { cause, rejected: reason } = decoded;
    this.#parts.reporter.report('reject', { key, when: 'read', reason, cause });
    if (generation.current && this.#isUseless(decoded, required)) this.#delete(key, generation);
    return undefined;
  }

  /** A payload that no call could use. One that fails the constraints of a single call alone is a miss for that call, and stays for the others. */
  #isUseless({ rejected }: Rejected, required: PayloadConstraints): boolean {
    const { constraints } = this.#parts;
    if (rejected !== 'schema' && rejected !== 'version') return true;
    return required.schema === constraints.schema && required.version === constraints.version;
  }

  #delete(key: SanitizedKey, generation: Generation): void {
    const { background, keys, remote } = this.#parts;
    const command = remote.send('delete', async (store) => {
      if (generation.current) await store.delete([keys.remote(key)]);
    });
    background.track(command);
  }
}
