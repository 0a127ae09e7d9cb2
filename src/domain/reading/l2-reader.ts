import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import { isResponseName, type CacheKeys } from '../entry/cache-keys';
import { momentOf, type Entry, type LocalEntry, type Moment } from '../entry/entry';
import { validated, type PayloadConstraints, type Rejected } from '../entry/payload-check';
import type { Decoded, PayloadCodec } from '../entry/payload-codec';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable, type RemoteTier } from '../l2/remote-tier';
import type { LifeSettings } from '../options/settings';
import type { Background } from '../shared/background';
import { L2Read, ReadBatch, type L2Payload } from './l2-read';
import { ReadQueue } from './read-queue';

export interface L2ReaderParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly generations: Generations;
  readonly pending: PendingInvalidations;
  readonly codec: PayloadCodec;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly background: Background;
  /** The constraints of the cache, which hold for every call that names no others. */
  readonly constraints: PayloadConstraints;
  /** Writes a payload back to L2, sealed under the present key of the cipher. */
  readonly reseal: (key: SanitizedKey, payload: string, entry: Entry) => Promise<void>;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/** The entry that L2 holds, fresh or stale; `undefined` if it holds none; or `unreachable`. */
export type L2Answer = LocalEntry | undefined | typeof unreachable;

/** Maps the answer to the result of the caller, synchronously: one promise for the whole way. */
export type OnAnswer<T> = (key: SanitizedKey, answer: L2Answer, moment: Moment) => T;

/** The constraints and the L1 ttl of one call. */
type ReadLimits = Pick<LifeSettings, 'schema' | 'version' | 'primaryTtlMs'>;

/** A key stays current until it is invalidated or written. */
type Currency = Pick<Generation, 'current'>;

/** Reads L2 through its gate, checks the payload, and copies the entry to L1. Never rejects because of L2. */
export class L2Reader {
  readonly #parts: L2ReaderParts;
  readonly #queue: ReadQueue;

  constructor(parts: L2ReaderParts) {
    this.#parts = parts;
    this.#queue = new ReadQueue({ newBatch: () => this.#newBatch(), send: (batch) => void this.#send(batch), afterTurn: parts.afterTurn });
  }

  /** @param generation - of a flight, begun before this call: the entry is copied to L1 only while it is current */
  read<T>(key: SanitizedKey, limits: ReadLimits, onAnswer: OnAnswer<T>, generation?: Generation): Promise<T> {
    return this.#start(new EntryRead(this, key, limits, onAnswer, generation));
  }

  /** Whether L2 holds a fresh entry. The value is not decoded. */
  has(key: SanitizedKey): Promise<boolean | typeof unreachable> {
    return this.#start(new PresenceRead(this, key));
  }

  /** Begins reads that are known to come together. */
  together<T>(begin: () => T): T {
    return this.#queue.together(begin);
  }

  /** @internal For {@link EntryRead}. */
  toEntry(read: EntryRead<unknown>, payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): L2Answer {
    const { key } = read;
    const { background, codec, memory, pending, reporter, reseal } = this.#parts;
    // Before L2 was asked, or while it answered, the key became pending: the payload may be older than the write that made it so.
    if (pending.has(key)) return pending.inFlight(key);
    if (typeof payload !== 'string') return payload;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const entry = this.#usable(read, codec.decode(payload, remoteKey, read.limits), read.limits);
    if (entry === undefined || pending.predatesGivenUpClear(entry.createdAt)) return undefined;
    // Only with a bus: without it, resealing could undo a write of another process unnoticed.
    if (memory.hearsInvalidations && read.current && !codec.isCurrent(payload)) background.track(reseal(key, payload, entry));
    return this.#copyToL1(read, entry, moment);
  }

  /** @internal For {@link PresenceRead}. */
  isPresent(read: PresenceRead, payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): boolean | typeof unreachable {
    const { codec, constraints, memory, pending, reporter } = this.#parts;
    if (pending.has(read.key)) return pending.inFlight(read.key) !== undefined;
    if (typeof payload !== 'string') return payload ?? false;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const header = this.#usable(read, codec.decodeHeader(payload, remoteKey, constraints), constraints);
    return header !== undefined && moment.now < memory.expiresAt(header) && !pending.predatesGivenUpClear(header.createdAt);
  }

  #start<T>(read: L2Read<T>): Promise<T> {
    const { pending, remote } = this.#parts;
    if (pending.has(read.key)) read.receive(undefined, read.key, momentOf(this.#parts.clock));
    else if (remote.isAway) this.#skip(read);
    else this.#queue.add(read);
    return read.promise;
  }

  #skip(read: L2Read): void {
    this.#parts.remote.skip();
    read.receive(unreachable, read.key, momentOf(this.#parts.clock));
  }

  #newBatch(): ReadBatch {
    const batch = new ReadBatch();
    this.#parts.generations.watch(batch);
    return batch;
  }

  async #send(batch: ReadBatch): Promise<void> {
    const { clock, generations, keys, remote, reporter } = this.#parts;
    const remoteKeys = Array.from(batch.keys(), (key) => keys.remote(key));
    // Only a command that is sent at once is timed.
    const began = remote.isOpen ? clock.precise() : undefined;
    const reply = await remote.read(remoteKeys);
    this.#queue.ended(batch);
    if (began !== undefined) reporter.recordDuration('l2Get', began, batch.callers);
    batch.receive(reply instanceof CacheError ? unreachable : reply, remoteKeys, momentOf(clock));
    generations.unwatch(batch);
    if (reply instanceof CacheError) this.#onFailure(batch, reply);
    else if (reply !== unreachable) this.#queue.answered(batch);
  }

  #onFailure(batch: ReadBatch, error: CacheError): void {
    const oversized = this.#queue.failed(batch, error);
    if (oversized !== undefined) this.#delete(oversized, { current: true });
  }

  #copyToL1(read: EntryRead<unknown>, entry: Entry, moment: Moment): LocalEntry | undefined {
    const { memory } = this.#parts;
    const local = memory.localize(entry, { l1TtlMs: read.limits.primaryTtlMs }, moment);
    if (local === undefined) return undefined;
    local.validatedAs = validated(entry.version, read.limits.schema);
    if (read.current) memory.put(read.key, local);
    return local;
  }

  #usable<T extends object>(read: L2Read, decoded: Decoded<T>, required: PayloadConstraints): T | undefined {
    if (!('rejected' in decoded)) return decoded;
    const { cause, rejected: reason } = decoded;
    this.#parts.reporter.report('reject', { key: read.key, when: 'read', reason, cause });
    if (read.current && this.#isUseless(read.key, decoded, required)) {
      this.#parts.memory.dropRejected(read.key, required);
      this.#delete(read.key, read);
    }
    return undefined;
  }

  /**
   * A payload that no call could use. One that fails the constraints of a single call alone is a miss for that call, and stays for the others. All calls
   * that read an HTTP response check its form, so one of another form is useless.
   */
  #isUseless(key: SanitizedKey, { rejected }: Rejected, required: PayloadConstraints): boolean {
    const { constraints } = this.#parts;
    if (rejected === 'schema' && isResponseName(key)) return true;
    if (rejected !== 'schema' && rejected !== 'version') return true;
    return required.schema === constraints.schema && required.version === constraints.version;
  }

  #delete(key: SanitizedKey, currency: Currency): void {
    const { background, keys, remote } = this.#parts;
    const command = remote.send('delete', async (store) => {
      if (currency.current) await store.delete([keys.remote(key)]);
    });
    background.track(command);
  }
}

class EntryRead<T> extends L2Read<T> {
  readonly #reader: L2Reader;
  readonly #onAnswer: OnAnswer<T>;

  constructor(
    reader: L2Reader,
    key: SanitizedKey,
    readonly limits: ReadLimits,
    onAnswer: OnAnswer<T>,
    generation: Generation | undefined,
  ) {
    super(key, generation);
    this.#reader = reader;
    this.#onAnswer = onAnswer;
  }

  protected outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): T {
    return this.#onAnswer(this.key, this.#reader.toEntry(this, payload, remoteKey, moment), moment);
  }
}

class PresenceRead extends L2Read<boolean | typeof unreachable> {
  readonly #reader: L2Reader;

  constructor(reader: L2Reader, key: SanitizedKey) {
    super(key);
    this.#reader = reader;
  }

  protected outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): boolean | typeof unreachable {
    return this.#reader.isPresent(this, payload, remoteKey, moment);
  }
}
