/**
 * A `Cacheable`, as far as its configuration is read. Structural, because cacheable comes as an ES module and as a CommonJS copy,
 * and the class of one is not that of the other.
 */
export interface CacheableLike {
  readonly primary: CacheableStoreLike;
  readonly secondary: CacheableStoreLike | undefined;
  readonly ttl: number | string | undefined;
  readonly maxTtl: number | string | undefined;
  readonly namespace: string | (() => string) | undefined;
  readonly nonBlocking: boolean;
  readonly sync: unknown;
  readonly tags: { readonly enabled: boolean };
  readonly hooks: ReadonlyMap<string, readonly unknown[]>;
}

/** One of its two Keyvs. */
export interface CacheableStoreLike {
  readonly store: unknown;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  readonly serialize?: unknown;
}
