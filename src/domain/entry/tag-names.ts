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

  /** @param own - a tag that all entries of the namespace have, if it shares the tags of the one above: by it they are cleared alone */
  constructor(keys: Pick<CacheKeys, 'tag'>, own?: SanitizedKey) {
    this.#keys = keys;
    this.#own = own === undefined ? [] : [own];
    this.#untagged = own === undefined ? noTags : { given: noTags.given, names: this.#own };
  }

  /** The tags whose removal removes all entries of the namespace; none for a namespace that has a clock, and with it a time of its last `clear`. */
  get ofEverything(): readonly SanitizedKey[] {
    return this.#own;
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
    const [own] = this.#own;
    if (own !== undefined && stored.at(-1) !== own) return undefined;
    try {
      return this.of(own === undefined ? stored : stored.slice(0, -1));
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
