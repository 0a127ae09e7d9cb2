import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { Generation, Generations } from '../consistency/generations';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import { isResponseName, type CacheKeys } from '../entry/cache-keys';
import { verdictOf, type NamespaceTimes, type TagTimes, type TagVerdict } from '../consistency/tag-times';
import { type Entry, type LocalEntry } from '../entry/entry';
import { validated, type PayloadConstraints, type Rejected } from '../entry/payload-check';
import type { EntryHeader } from '../entry/entry-header';
import type { Decoded, PayloadCodec } from '../entry/payload-codec';
import type { TagNames } from '../entry/tag-names';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable, type RemoteTier } from '../l2/remote-tier';
import type { ServerTags } from '../l2/server-tags';
import type { LifeSettings } from '../options/settings';
import type { Background } from '../shared/background';
import { L2Read, ReadBatch, type L2Payload, type ReadMoment, type SeenRow } from './l2-read';
import { ReadQueue } from './read-queue';

export interface L2ReaderParts {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly remote: RemoteTier;
  readonly generations: Generations;
  readonly pending: PendingInvalidations;
  readonly tagNames: TagNames;
  readonly serverTags: ServerTags;
  /** Without L2 there are no times. */
  readonly hasL2: boolean;
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

/** Whether L2 holds a fresh entry. */
export type Presence = boolean | typeof unreachable;

/** Maps the answer to the result of the caller, synchronously: one promise for the whole way. */
export type OnAnswer<T> = (key: SanitizedKey, answer: L2Answer, moment: ReadMoment, row: SeenRow) => T;

/** The constraints and the L1 ttl of one call. */
type ReadLimits = Pick<LifeSettings, 'schema' | 'version' | 'primaryTtlMs'>;

const untagged: readonly TagTimes[] = [];

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
  has(key: SanitizedKey): Promise<Presence> {
    return this.#start(new PresenceRead(this, key));
  }

  /** Begins reads that are known to come together. */
  together<T>(begin: () => T): T {
    return this.#queue.together(begin);
  }

  /** @internal For {@link EntryRead}. */
  toEntry(read: EntryRead<unknown>, payload: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): L2Answer | Promise<L2Answer> {
    const { key } = read;
    const { codec, pending, reporter } = this.#parts;
    // Before L2 was asked, or while it answered, the key became pending: the payload may be older than the write that made it so.
    if (pending.has(key)) return this.#inFlight(key);
    if (typeof payload !== 'string') return payload;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const entry = this.#usable(read, codec.decode(payload, remoteKey, read.limits), read.limits);
    if (entry === undefined) return undefined;
    const verdict = this.#verdictOf(entry, moment);
    const accept = (given: TagVerdict): L2Answer =>
      this.#accept(
        read,
        payload,
        given === 'expired' || read.expiredAt > 0 ? expired(entry, moment, read.expiredAt) : entry,
        given,
        moment,
      );
    return verdict instanceof Promise ? verdict.then(accept) : accept(verdict);
  }

  /** @internal For {@link PresenceRead}, which asks and deletes nothing. */
  isPresent(read: PresenceRead, payload: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): Presence | Promise<Presence> {
    const { codec, constraints, memory, pending, reporter, tagNames } = this.#parts;
    if (pending.has(read.key)) return this.#inFlight(read.key) !== undefined;
    if (typeof payload !== 'string') return payload ?? false;
    reporter.report('payload', { direction: 'read', length: payload.length });
    const header = codec.decodeHeader(payload, remoteKey, constraints);
    if ('rejected' in header) {
      this.#reportRejection(read, header);
      return false;
    }
    if (read.expiredAt > 0 || moment.now >= memory.expiresAt(header)) return false;
    const verdict = this.#verdictOf(header, moment);
    const tags = tagNames.ofStored(header.tags);
    const isValid = (given: TagVerdict): boolean => given === 'valid' && tags !== undefined && !memory.wasInvalidated(tags, moment.epoch);
    return verdict instanceof Promise ? verdict.then(isValid) : isValid(verdict);
  }

  /** Whether the entry was invalidated, by its tags or with everything. Mostly its time says so alone; else the times of its tags are needed. */
  #verdictOf({ asOf, tags }: EntryHeader, { times }: ReadMoment): TagVerdict | Promise<TagVerdict> {
    const { pending, serverTags, tagNames } = this.#parts;
    if (times === undefined) return 'removed';
    const verdict = verdictOf(asOf, times, untagged);
    const names = tagNames.ofStored(tags)?.names;
    if (verdict === 'removed' || names?.length === 0) return verdict;
    if (names === undefined || pending.hasTag(names)) return 'removed';
    if (asOf === times.clock) return verdict;
    const known = serverTags.timesOf(names, times.clock);
    return known instanceof Promise ? known.then((tagTimes) => verdictOf(asOf, times, tagTimes)) : verdictOf(asOf, times, known);
  }

  #accept(read: EntryRead<unknown>, payload: string, entry: Entry, verdict: TagVerdict, moment: ReadMoment): L2Answer {
    const { background, codec, memory, pending, reseal } = this.#parts;
    if (verdict === 'removed' || pending.has(read.key)) return undefined;
    // Only with a bus: without it, resealing could undo a write of another process unnoticed.
    if (memory.hearsInvalidations && read.current && read.expiredAt === 0 && !codec.isCurrent(payload))
      background.track(reseal(read.key, payload, entry));
    return this.#copyToL1(read, entry, moment);
  }

  /** The value of a write that was answered before L2 has it, unless its tags were invalidated since. */
  #inFlight(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#parts.pending.inFlight(key);
    return entry !== undefined && this.#parts.memory.holds(entry) ? entry : undefined;
  }

  #start<T>(read: L2Read<T>): Promise<T> {
    const { pending, remote } = this.#parts;
    if (pending.has(read.key)) read.receive(undefined, read.key, this.#momentOf(undefined));
    else if (remote.isAway) this.#skip(read);
    else this.#queue.add(read);
    return read.promise;
  }

  #skip(read: L2Read): void {
    this.#parts.remote.skip();
    read.receive(unreachable, read.key, this.#momentOf(undefined));
  }

  #newBatch(): ReadBatch {
    const batch = new ReadBatch();
    this.#parts.generations.watch(batch);
    return batch;
  }

  async #send(batch: ReadBatch): Promise<void> {
    const { clock, generations, hasL2, keys, memory, remote, reporter, serverTags } = this.#parts;
    const remoteKeys = Array.from(batch.keys(), (key) => keys.remote(key));
    const { epoch } = memory;
    // Only a command that is sent at once is timed.
    const began = remote.isOpen ? clock.precise() : undefined;
    const count = remoteKeys.length;
    if (hasL2) remoteKeys.push(serverTags.stateKey);
    const reply = await remote.read(remoteKeys, count);
    if (began !== undefined) reporter.recordDuration('l2Get', began, batch.callers);
    const isAnswer = reply !== unreachable && !(reply instanceof CacheError);
    const known = isAnswer && hasL2 ? serverTags.stateOf(reply[count]) : undefined;
    const times = known ?? (isAnswer && hasL2 ? await serverTags.restore() : undefined);
    this.#queue.ended(batch);
    const deferred = batch.receive(isAnswer ? reply : unreachable, remoteKeys, this.#momentOf(times, epoch));
    if (deferred.length > 0) await Promise.allSettled(deferred.map(({ promise }) => promise));
    generations.unwatch(batch);
    if (reply instanceof CacheError) this.#onFailure(batch, reply);
    else if (isAnswer) this.#queue.answered(batch);
  }

  #onFailure(batch: ReadBatch, error: CacheError): void {
    const oversized = this.#queue.failed(batch, error);
    if (oversized !== undefined) this.#delete(oversized, { current: true });
  }

  #momentOf(times: NamespaceTimes | undefined, epoch = this.#parts.memory.epoch): ReadMoment {
    const { clock } = this.#parts;
    return { now: clock.now(), elapsed: clock.elapsed(), times, epoch };
  }

  #copyToL1(read: EntryRead<unknown>, entry: Entry, moment: ReadMoment): LocalEntry | undefined {
    const { memory, tagNames } = this.#parts;
    const tags = tagNames.ofStored(entry.tags);
    const local = tags && memory.localize(entry, { l1TtlMs: read.limits.primaryTtlMs, epoch: moment.epoch, tags }, moment);
    // A tag of it was invalidated since the read was sent: L2 may have answered the read first.
    if (local === undefined || !memory.holds(local)) return undefined;
    local.validatedAs = validated(entry.version, read.limits.schema);
    if (read.current) memory.put(read.key, local);
    return local;
  }

  /** The decoded payload. One that no call could use is deleted. */
  #usable<T extends object>(read: L2Read, decoded: Decoded<T>, required: PayloadConstraints): T | undefined {
    if (!('rejected' in decoded)) return decoded;
    this.#reportRejection(read, decoded);
    if (read.current && this.#isUseless(read.key, decoded, required)) {
      this.#parts.memory.dropRejected(read.key, required);
      this.#delete(read.key, read);
    }
    return undefined;
  }

  #reportRejection({ key }: L2Read, { cause, rejected: reason }: Rejected): void {
    this.#parts.reporter.report('reject', { key, when: 'read', reason, cause });
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

  protected outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): T | Promise<T> {
    const answer = this.#reader.toEntry(this, payload, remoteKey, moment);
    const toOutcome = (given: L2Answer): T => this.#onAnswer(this.key, given, moment, this);
    return answer instanceof Promise ? answer.then(toOutcome) : toOutcome(answer);
  }
}

class PresenceRead extends L2Read<Presence> {
  readonly #reader: L2Reader;

  constructor(reader: L2Reader, key: SanitizedKey) {
    super(key);
    this.#reader = reader;
  }

  protected outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): Presence | Promise<Presence> {
    return this.#reader.isPresent(this, payload, remoteKey, moment);
  }
}

/** It was expired, by its key or by a tag: it is stale from now on. */
function expired(entry: Entry, { now }: ReadMoment, expiredAt: number): Entry {
  return { ...entry, expiresAt: Math.min(entry.expiresAt, now, expiredAt || Infinity) };
}
