import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, TagTexts, TagUpdate } from '../../ports/store';
import { CacheError } from '../cache-error';
import type { InvalidationMode } from '../consistency/tag-epochs';
import { parseState, parseTag, type NamespaceTimes, type TagTimes } from '../consistency/tag-times';
import type { CacheKeys } from '../entry/cache-keys';
import { unreachable, type RemoteTier } from './remote-tier';
import { updateTags } from './store-updates';

/** The times of some tags, in the order in which they were asked, and of their namespace. */
export interface ServerTimes extends NamespaceTimes {
  readonly tags: readonly TagTimes[];
}

interface ServerTagsParts {
  readonly keys: CacheKeys;
  /** Not timed: it reads and writes no entries here. */
  readonly remote: RemoteTier;
  readonly clock: Clock;
  /** Whether this process is notified of the invalidations of others. */
  readonly hears: () => boolean;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/** What one command has read: the text of the state, and the times of the tags that exist. */
interface Reading {
  readonly state: NamespaceTimes | undefined;
  readonly tags: ReadonlyMap<SanitizedKey, TagTimes>;
}

/** The command of one turn of the event loop. */
interface TurnRead {
  readonly names: Set<SanitizedKey>;
  readonly reading: Promise<Reading | undefined>;
}

/** L2 keeps a tag for so long, or for as long as an entry with it lives. Milliseconds. */
const tagTtlMs = 30 * 86_400_000;

/** Tags that are remembered. Past that, they are read again. */
const maxTags = 10_000;

/**
 * The clock and the tags of one namespace in L2, and of those below it that share them. The state travels with every read of entries; the times of tags
 * are read where they matter, and remembered until the clock steps, or a message says that they have changed. Not by the clock alone: on a store without
 * scripts a process may step it before it writes the tag, and two may step it to the same time.
 */
export class ServerTags {
  readonly #parts: ServerTagsParts;
  #now = 0;
  #latest = 0;
  /** The newest answer, which is mostly the same as the one before. */
  #stateText: string | undefined;
  #state: NamespaceTimes | undefined;
  /** The times of tags when the clock was at {@link #knownAt}. */
  readonly #known = new Map<SanitizedKey, TagTimes>();
  #knownAt = 0;
  /** Counts the invalidations that this process was notified of: times that were read before one of them are not remembered. */
  #changes = 0;
  /** Until when L2 keeps a tag at least, in monotonic milliseconds. */
  readonly #keptUntil = new Map<SanitizedKey, number>();
  /** The command of the present turn. */
  #next: TurnRead | undefined;
  #restoring: Promise<NamespaceTimes | undefined> | undefined;

  constructor(parts: ServerTagsParts) {
    this.#parts = parts;
  }

  /** The L2 key of the clock. */
  get stateKey(): SanitizedKey {
    return this.#parts.keys.state;
  }

  /** The time of the clock in the newest answer of L2; 0 before the first. */
  get now(): number {
    return this.#now;
  }

  /** The state of the namespace in an answer of L2; `undefined` if it was lost, or never there. */
  stateOf(text: string | undefined): NamespaceTimes | undefined {
    if (text !== this.#stateText) {
      this.#stateText = text;
      this.#state = parseState(text);
      if (this.#state !== undefined) this.#moveTo(this.#state.clock);
      this.#latest = Math.max(this.#latest, this.#now);
    }
    return this.#state;
  }

  /** Makes a new state in place of one that was lost. `undefined` if L2 refuses it, or cannot be asked. */
  restore(): Promise<NamespaceTimes | undefined> {
    this.#restoring ??= this.#create([], 0).finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  /**
   * The times of tags, at once where they are known; `undefined` for a tag that L2 does not hold, or if L2 could not be asked.
   * @param clock - the time at which they are needed
   */
  timesOf(names: readonly SanitizedKey[], clock: number): readonly TagTimes[] | Promise<readonly (TagTimes | undefined)[]> {
    const known = this.#parts.hears() && clock === this.#knownAt ? names.map((name) => this.#known.get(name)) : [undefined];
    if (known.every((times) => times !== undefined)) return known;
    return this.#read(names).then((reading) => names.map((name) => reading?.tags.get(name)));
  }

  /**
   * The present times of the namespace and of the tags, which exist from then on for as long as an entry with them lives.
   * @returns `undefined` if L2 could not be asked
   */
  async ensure(names: readonly SanitizedKey[], lifeMs: number): Promise<ServerTimes | undefined> {
    const ttlMs = Math.max(lifeMs, tagTtlMs);
    const mustBeKept = this.#parts.clock.elapsed() + lifeMs;
    if (!names.every((name) => (this.#keptUntil.get(name) ?? -Infinity) >= mustBeKept)) return this.#create(names, ttlMs);
    const reading = await this.#read(names);
    if (reading === undefined) return undefined;
    const tags = names.map((name) => reading.tags.get(name));
    const areThere = tags.every((times) => times !== undefined);
    return reading.state !== undefined && areThere ? { ...reading.state, tags } : this.#create(names, ttlMs);
  }

  /** Invalidates the tags on the server, or without tags everything. */
  async invalidate(names: readonly SanitizedKey[], mode: InvalidationMode, store: Store): Promise<void> {
    const [state] = await updateTags(store, this.#update(names, mode, tagTtlMs));
    this.stateOf(state);
    this.forget(names.length === 0 ? 'everything' : names);
  }

  /** A process has invalidated the tags. */
  forget(names: readonly SanitizedKey[] | 'everything'): void {
    this.#changes += 1;
    if (names === 'everything') this.#known.clear();
    else for (const name of names) this.#known.delete(name);
  }

  /** A clock that goes back is that of another server, or of a late answer: it may come to the same time once more, with other tags. */
  #moveTo(clock: number): void {
    if (clock < this.#now) this.#known.clear();
    this.#now = clock;
  }

  async #create(names: readonly SanitizedKey[], ttlMs: number): Promise<ServerTimes | undefined> {
    const keptUntil = this.#parts.clock.elapsed() + ttlMs;
    let texts: TagTexts = [];
    const fate = await this.#parts.remote.send('store', async (store) => {
      texts = await updateTags(store, this.#update(names, 'none', ttlMs));
    });
    const state = this.stateOf(texts[0]);
    const tags = names.map((_, i) => parseTag(texts[i + 1]));
    if (fate !== 'applied' || state === undefined || !tags.every((times) => times !== undefined)) return undefined;
    for (const name of names) remember(this.#keptUntil, name, keptUntil);
    return { ...state, tags };
  }

  /** One command for all tags that are asked for in a turn. */
  #read(names: readonly SanitizedKey[]): Promise<Reading | undefined> {
    const next = (this.#next ??= this.#newRead());
    for (const name of names) next.names.add(name);
    return next.reading;
  }

  #newRead(): TurnRead {
    const names = new Set<SanitizedKey>();
    const reading = new Promise<Reading | undefined>((resolve) => {
      this.#parts.afterTurn(() => {
        this.#next = undefined;
        resolve(this.#ask([...names]));
      });
    });
    return { names, reading };
  }

  async #ask(names: readonly SanitizedKey[]): Promise<Reading | undefined> {
    const { keys, remote } = this.#parts;
    const changes = this.#changes;
    const reply = await remote.read([keys.state, ...names.map((name) => keys.remoteTag(name))], 0);
    if (reply === unreachable || reply instanceof CacheError) return undefined;
    const tags = new Map<SanitizedKey, TagTimes>();
    names.forEach((name, i) => {
      const times = parseTag(reply[i + 1]);
      if (times !== undefined) tags.set(name, times);
    });
    const state = this.stateOf(reply[0]);
    if (state !== undefined && state.clock !== this.#knownAt) {
      this.#known.clear();
      this.#knownAt = state.clock;
    }
    if (state !== undefined && changes === this.#changes) for (const [name, times] of tags) remember(this.#known, name, times);
    return { state, tags };
  }

  #update(names: readonly SanitizedKey[], change: TagUpdate['change'], ttlMs: number): TagUpdate {
    const { keys } = this.#parts;
    return { state: keys.state, tags: names.map((name) => keys.remoteTag(name)), change, atLeast: this.#latest, tagTtlMs: ttlMs };
  }
}

function remember<V>(map: Map<SanitizedKey, V>, name: SanitizedKey, value: V): void {
  if (map.size >= maxTags && !map.has(name)) map.clear();
  map.set(name, value);
}
