import type { SanitizedKey } from '../../src/ports/sanitized-key';

export const keys = ['a', 'b'] as const;
export type Key = (typeof keys)[number];

/** The key of a name in L2, whatever its namespace. */
export function keyOf(name: SanitizedKey): Key | undefined {
  return keys.find((key) => name.endsWith(`:v1:${key}`));
}

/** The tag that every entry of the key has. */
export function tagOf(key: Key | undefined): string {
  return `of-${String(key)}`;
}

/** A promise about one key: nothing older than this version. */
interface Mark {
  readonly key: Key;
  version: number;
}

/** The knowledge and the promises of one process. */
export interface Knowledge {
  readonly name: string;
  /** A read that begins now brings nothing older. */
  readonly floor: Readonly<Record<Key, Mark>>;
  /** The newest version of whose invalidation it knows: it stores no older one from now on. */
  readonly known: Record<Key, number>;
  /** The newest version that it has set or invalidated itself. */
  readonly own: Record<Key, number>;
  /** The keys and versions of sets under way: each is newer than all that others changed before its call, whatever messages arrive during it. */
  readonly setting: Set<string>;
  readonly invalidations: Set<Invalidation>;
}

/** A `set`, `del` or `clear` under way. */
export interface Invalidation {
  readonly keys: readonly Key[];
  /** Its effects in L2 so far. */
  readonly landed: Map<Key, Mark>;
}

/** A read under way, and the oldest that it may bring. */
export interface Read {
  readonly process: Knowledge;
  readonly least: Mark;
}

/**
 * The invariant of `docs/consistency.md` in its most literal form: version numbers, and no cache. An application changes its database and
 * invalidates; it caches versions.
 */
export class Reference {
  readonly database: Record<Key, number> = { a: 0, b: 0 };
  readonly violations: string[] = [];
  readonly #marks = new Set<Mark>();
  /** A process without an L1 entry reads nothing older from L2. */
  readonly #vouched = this.#marksAt(() => 0);
  /** The version that L2 had when each key was deleted or set last: a load that began later brings nothing older. */
  readonly #changed: Record<Key, number> = { a: 0, b: 0 };
  /** The promise to each receiver of a message. It covers every earlier message of the same node, or the hole that it left. */
  readonly #messages = new Map<string, Mark[]>();

  newProcess(name: string): Knowledge {
    const floor = this.#marksAt((key) => this.#vouched[key].version);
    return { name, floor, known: { ...this.database }, own: { a: 0, b: 0 }, setting: new Set(), invalidations: new Set() };
  }

  reads(process: Knowledge, key: Key): Read {
    return { process, least: this.#mark(key, process.floor[key].version) };
  }

  hasRead({ process, least }: Read, version: number | undefined): void {
    this.#marks.delete(least);
    if (version === undefined || version >= least.version) return;
    this.violations.push(`${process.name} read ${least.key}${version} where ${least.key}${least.version} was promised`);
  }

  invalidates(process: Knowledge, of: readonly Key[]): Invalidation {
    const invalidation = { keys: of, landed: new Map<Key, Mark>() };
    process.invalidations.add(invalidation);
    return invalidation;
  }

  /** The process knows the version from now on: it stores only later ones. */
  learns(process: Knowledge, key: Key, version: number): void {
    process.known[key] = Math.max(process.known[key], version);
  }

  /** The process has changed the key itself. */
  changes(process: Knowledge, key: Key, version: number): void {
    process.own[key] = version;
    this.learns(process, key, version);
  }

  /** @param versions - that were in the database when it was invalidated */
  hasInvalidated(
    process: Knowledge,
    invalidation: Invalidation,
    outcome: 'done' | 'pending',
    versions: Readonly<Record<Key, number>>,
  ): void {
    for (const key of invalidation.keys) {
      const landed = invalidation.landed.get(key);
      const version = Math.min(versions[key], landed?.version ?? Infinity);
      raise(process.floor[key], version);
      this.learns(process, key, version);
      if (outcome === 'done') raise(this.#vouched[key], version);
      if (landed !== undefined) this.#marks.delete(landed);
    }
    process.invalidations.delete(invalidation);
  }

  /** L2 has deleted the key for this process: no process finds a value there that is older than the database. */
  deleted(process: Knowledge, key: Key): void {
    this.#lands(process, key);
    this.#vouched[key].version = this.database[key];
    this.#changed[key] = this.database[key];
  }

  /** L2 has stored a loaded value. The message about a change may be late, but L2 knows all of its changes. */
  storedUnderLease({ name }: Knowledge, key: Key, version: number): void {
    if (version < this.#changed[key]) this.violations.push(`${name} stored ${key}${version}: ${key}${this.#changed[key]} was promised`);
  }

  /**
   * L2 has stored a value, sent by a process that knew of invalidations up to `known`. An older value has undone the changes of the others
   * did: that is the window of an asynchronous bus.
   */
  stored(process: Knowledge, key: Key, version: number, known: number): void {
    if (version < known) return;
    this.#lands(process, key);
    for (const mark of this.#marks) if (mark.key === key) mark.version = Math.min(mark.version, version);
    raise(this.#vouched[key], version);
  }

  published(node: string, sequence: number, about: readonly Key[]): void {
    const earlier = this.#messages.get(`${node} ${sequence - 1}`) ?? [];
    const kept = earlier.filter(({ key }) => !about.includes(key)).map(({ key, version }) => this.#mark(key, version));
    const changed = about.map((key) => this.#mark(key, this.#vouched[key].version));
    this.#messages.set(`${node} ${sequence}`, [...kept, ...changed]);
  }

  heard(process: Knowledge, node: string, sequence: number): void {
    for (const { key, version } of this.#messages.get(`${node} ${sequence}`) ?? []) this.#relies(process, key, version);
  }

  heardOfGap(process: Knowledge): void {
    for (const key of keys) this.#relies(process, key, this.#vouched[key].version);
  }

  /** The present promises of L2; the process has to keep them later, with or without a message. */
  promise(key: Key): (process: Knowledge) => void {
    const mark = this.#mark(key, this.#vouched[key].version);
    return (process) => {
      raise(process.floor[key], mark.version);
      this.#marks.delete(mark);
    };
  }

  #relies(process: Knowledge, key: Key, version: number): void {
    raise(process.floor[key], version);
    this.learns(process, key, version);
  }

  #lands(process: Knowledge, key: Key): void {
    for (const { keys: of, landed } of process.invalidations) {
      if (!of.includes(key)) continue;
      const before = landed.get(key);
      if (before !== undefined) this.#marks.delete(before);
      landed.set(key, this.#mark(key, Infinity));
    }
  }

  #marksAt(version: (key: Key) => number): Record<Key, Mark> {
    return { a: this.#mark('a', version('a')), b: this.#mark('b', version('b')) };
  }

  #mark(key: Key, version: number): Mark {
    const mark = { key, version };
    this.#marks.add(mark);
    return mark;
  }
}

function raise(mark: Mark, version: number): void {
  mark.version = Math.max(mark.version, version);
}
