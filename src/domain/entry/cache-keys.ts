import type { SanitizedKey, KeySanitizer } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import { namespaceMark, responseMark } from '../options/safe-parts';

/** Changes whenever an old payload could be misread under the same key. */
const layoutVersion = 'v1';

/** The names of a key. */
export interface KeyInspection {
  /** The namespace, with those above it. */
  readonly namespace: string;
  /** Its name in L1, on the bus, in events and in the log at `debug`. */
  readonly l1: SanitizedKey;
  /** Its name in L2. */
  readonly l2: SanitizedKey;
  /** Whether the name ends in a hash, as the sanitizers of this library write it, so that the key cannot be read from it. */
  readonly isHashed: boolean;
}

/** In options of `wrapEntry`, for the Nest interceptor: whether the entry is an HTTP response. */
const isResponse = Symbol('tiercel.isResponse');

/** The same options, for a call whose entry is an HTTP response, or is none. */
export function forResponse<T extends object>(options: T, is = true): T {
  return { ...options, [isResponse]: is };
}

export function isForResponse(options: unknown): boolean {
  return typeof options === 'object' && (options as { readonly [isResponse]?: boolean })[isResponse] === true;
}

/** Whether an entry of this name is an HTTP response. */
export function isResponseName(key: SanitizedKey): boolean {
  return key.startsWith(responseMark);
}

const hashAtEnd = /~[\da-f]{64}$/;

/**
 * Names entries. L1, flights, generations and the bus know a key by its sanitised form alone, because each of them belongs to one
 * namespace and so no string has to be built on an L1 hit. L2 is shared and knows it as `<namespace>:v1:<key>`.
 *
 * No two of those names are equal: a namespace has no segment that looks like a layout version, so the first such segment ends it,
 * and the rest is the key.
 */
export class CacheKeys {
  /** The prefix of every L2 key of this namespace, and of no other key. */
  readonly prefix: SanitizedKey;
  /** The L2 key of the namespace's state: the clock of its tags. */
  readonly state: SanitizedKey;
  readonly #bookkeeping: string;
  readonly #sanitizer: KeySanitizer;

  constructor(
    readonly namespace: string,
    sanitizer: KeySanitizer,
  ) {
    this.prefix = `${namespace}:${layoutVersion}:` as SanitizedKey;
    // No key has a `~` there, and a cluster keeps all of them in one slot.
    this.#bookkeeping = `${namespace}:${layoutVersion}~{${namespace}}`;
    this.state = `${this.#bookkeeping}state` as SanitizedKey;
    this.#sanitizer = sanitizer;
  }

  /** @throws CacheError `CACHE_KEY_INVALID` */
  of(key: string): SanitizedKey {
    if (typeof key !== 'string') throw invalidKey(typeof key);
    if (key === '') throw invalidKey('an empty one');
    return this.#sanitizer.sanitize(key) as SanitizedKey;
  }

  /**
   * The name of an HTTP response: no key that an application gives to `get`, `set` or `wrap` has it, so that no such key reads or replaces a response.
   * @throws CacheError `CACHE_KEY_INVALID`
   */
  ofResponse(key: string): SanitizedKey {
    return (responseMark + this.of(key)) as SanitizedKey;
  }

  /**
   * The name of a tag in this process and on the bus.
   * @throws CacheError `CACHE_TAG_INVALID`
   */
  tag(given: string): SanitizedKey {
    try {
      return this.#sanitizer.sanitize(given) as SanitizedKey;
    } catch (error) {
      throw new CacheError('CACHE_TAG_INVALID', 'tags: the key sanitizer refuses a tag', { cause: error });
    }
  }

  /**
   * The names of the tags that all entries of the namespace have, if it shares the tags of one above: its own, and before it those of the namespaces in
   * between. No tag that an application gives has such a name.
   */
  ownTags(above: string): readonly SanitizedKey[] {
    const segments = this.namespace.slice(above.length + 1).split(':');
    return segments.map((_, i) => `${namespaceMark}${above}:${segments.slice(0, i + 1).join(':')}` as SanitizedKey);
  }

  /** The L2 key of a tag. */
  remoteTag(name: SanitizedKey): SanitizedKey {
    return `${this.#bookkeeping}tag:${name}` as SanitizedKey;
  }

  remote(key: SanitizedKey): SanitizedKey {
    return (this.prefix + key) as SanitizedKey;
  }

  /** @throws CacheError `CACHE_KEY_INVALID` */
  inspect(key: string): KeyInspection {
    const l1 = this.of(key);
    return { namespace: this.namespace, l1, l2: this.remote(l1), isHashed: hashAtEnd.test(l1) };
  }
}

function invalidKey(given: string): CacheError {
  return new CacheError('CACHE_KEY_INVALID', `key: expected a string that is not empty, got ${given}`);
}

const inNamespace = /^(.*?):v\d+:/s;

/** The namespace of an L2 key; empty for any other text. */
export function namespaceOf(remoteKey: string): string {
  return inNamespace.exec(remoteKey)?.[1] ?? '';
}
