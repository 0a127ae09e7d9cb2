/** Seals payloads before they leave the process, each bound to the key that it belongs to. */
export interface Cipher {
  /**
   * A throw means that nothing is written to layer 2: never plaintext, not even half.
   * @param boundTo - the full layer-2 key, authenticated with the payload
   */
  seal(plaintext: string, boundTo: string): string;
  /** Throws a `CacheError` with `CACHE_PAYLOAD_REJECTED` for whatever it did not seal for this key. */
  open(sealed: string, boundTo: string): string;
}
