import type { SanitizedKey } from '../../ports/sanitized-key';
import type { CacheKeys } from './cache-keys';

/** The tags of an entry: as the application gave them, and as this process, the bus and L2 name them. */
export interface TagSet {
  readonly given: readonly string[];
  readonly names: readonly SanitizedKey[];
}

export const noTags: TagSet = Object.freeze({ given: Object.freeze([]), names: Object.freeze([]) });

/** Names that are remembered. Past that, they are made again. */
const maxNames = 10_000;

/** Names the tags of entries. Each name is made once, because many entries share a tag. */
export class TagNames {
  readonly #keys: Pick<CacheKeys, 'tag'>;
  readonly #names = new Map<string, SanitizedKey>();

  constructor(keys: Pick<CacheKeys, 'tag'>) {
    this.#keys = keys;
  }

  /** @throws CacheError `CACHE_TAG_INVALID` */
  of(given: readonly string[]): TagSet {
    return given.length === 0 ? noTags : { given, names: given.map((tag) => this.#nameOf(tag)) };
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
