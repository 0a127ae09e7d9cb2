/** Seals payloads before they leave the process. Each is bound to its key. Synchronous, so that a read needs no further turn of the event loop. */
export interface Cipher {
  /**
   * If it throws, nothing is written to L2, and never plaintext.
   * @param boundTo - the full key in L2, authenticated with the payload
   */
  seal(plaintext: string, boundTo: string): string;
  /**
   * Throws a `CacheError` with `CACHE_PAYLOAD_REJECTED` for text that it did not seal for this key. The error's `reason` (`tampered`,
   * `unknown_key`, `malformed`) is counted if it has one.
   */
  open(sealed: string, boundTo: string): string;
  /**
   * Whether the payload may stay as it is: {@link seal} would use the same key and format today, or its key only opens. If not, for instance after a key rotation, the payload is sealed again and
   * written back when it is read. A cipher with one key does not need this method.
   */
  isCurrent?(sealed: string): boolean;
}
