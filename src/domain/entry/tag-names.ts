import type { SanitizedKey } from '../../ports/sanitized-key';
import type { CacheKeys } from './cache-keys';

/** The tags of an entry: as the application gave them, and as this process, the bus and L2 name them. */
export interface TagSet {
  readonly given: readonly string[];
  readonly names: readonly SanitizedKey[];
}

export const noTags: TagSet = Object.freeze({ given: Object.freeze([]), names: Object.freeze([]) });

/** The names of the tags that the application gave. */
export function givenNames({ given, names }: TagSet): readonly SanitizedKey[] {
  return names.slice(0, given.length);
}

/** Names that are remembered. Past that, they are made again. */
const maxNames = 10_000;

/** Names the tags of entries. Each name is made once, because many entries share a tag. */
export class TagNames {
  readonly #keys: Pick<CacheKeys, 'tag'>;
  readonly #names = new Map<string, SanitizedKey>();
  readonly #own: readonly SanitizedKey[];
  readonly #untagged: TagSet;

  /**
   * @param own - the tags that all entries of the namespace have, if it shares the tags of one above: its own one is the last, and those of the
   * namespaces in between come before it
   */
  constructor(keys: Pick<CacheKeys, 'tag'>, own: readonly SanitizedKey[] = []) {
    this.#keys = keys;
    this.#own = own;
    this.#untagged = own.length === 0 ? noTags : { given: noTags.given, names: own };
  }

  /** The tag whose removal removes all entries of the namespace, and of those below it; `undefined` for one with a clock: its `clear` has a time there. */
  get ofEverything(): SanitizedKey | undefined {
    return this.#own.at(-1);
  }

  /** @throws CacheError `CACHE_TAG_INVALID` */
  of(given: readonly string[]): TagSet {
    return given.length === 0 ? this.#untagged : { given, names: [...given.map((tag) => this.#nameOf(tag)), ...this.#own] };
  }

  /** The tags as an entry in L2 names them: a process that does not share the tags must not use it, and the other way round. */
  toStored(given: readonly string[]): readonly string[] {
    return this.#own.length === 0 ? given : [...given, ...this.#own];
  }

  /** @returns `undefined` for tags that this process would not have written: it cannot know whether they were invalidated */
  ofStored(stored: readonly string[]): TagSet | undefined {
    const given = stored.length - this.#own.length;
    if (!this.#own.every((own, i) => stored[given + i] === own)) return undefined;
    try {
      return this.of(this.#own.length === 0 ? stored : stored.slice(0, given));
    } catch {
      return undefined;
    }
  }

  #nameOf(tag: string): SanitizedKey {
    const known = this.#names.get(tag);
    if (known !== undefined) return known;
    const name = this.#keys.tag(tag);
    if (this.#names.size >= maxNames) this.#names.clear();
    this.#names.set(tag, name);
    return name;
  }
}
