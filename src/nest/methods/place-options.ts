/** Which cache a decorated method uses. */
export interface PlaceOptions {
  /**
   * The cache to use, as given to `CacheableModule.register({ name })`.
   * @defaultValue that of the class, or the one that has no name
   */
  readonly cache?: string;
  /**
   * The part of the cache to use.
   * @defaultValue that of the class, or the whole
   */
  readonly namespace?: string;
}
