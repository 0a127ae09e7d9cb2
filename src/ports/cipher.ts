/** Seals payloads before they leave the process, each bound to the key that it belongs to. Synchronous: nothing waits between a read and its answer. */
export interface Cipher {
  /**
   * A throw means that nothing is written to layer 2: never plaintext, not even half.
   * @param boundTo - the full layer-2 key, authenticated with the payload
   */
  seal(plaintext: string, boundTo: string): string;
  /**
   * Throws a `CacheError` with `CACHE_PAYLOAD_REJECTED` for whatever it did not seal for this key; its `reason`, where it has one
   * (`tampered`, `unknown_key`, `malformed`), is counted.
   */
  open(sealed: string, boundTo: string): string;
  /**
   * Whether this is how it would seal now. What it opens and would not seal so any more, under an old key for instance, is sealed again and
   * written back when it is read. A cipher of one key needs none.
   */
  isCurrent?(sealed: string): boolean;
}
