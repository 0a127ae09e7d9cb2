/** FNV-1a, of characters instead of bytes. */
const seed = 0x811c9dc5 | 0;

const prime = 0x01000193;

/** Reading more characters would take longer than the better estimate is worth; names this long are never treated as shared. */
export const longestRead = 64;

/** A power of two: 16 KB. */
const slots = 4_096;

/** The last fingerprints that were added; a later one replaces an earlier one in its slot, so the size is fixed. Numbers keep no text alive. */
export class RecentFingerprints {
  readonly #fingerprints = new Int32Array(slots);

  /** @returns whether it is one of the last ones already */
  add(fingerprint: number): boolean {
    const slot = fingerprint & (slots - 1);
    const isRecent = this.#fingerprints[slot] === fingerprint;
    this.#fingerprints[slot] = fingerprint;
    return isRecent;
  }
}

/** A small integer that different texts rarely share. With `previous`, the fingerprint of both texts. */
export function fingerprint(text: string, previous: number = seed): number {
  const length = Math.min(text.length, longestRead);
  let mixed = Math.imul(previous ^ text.length, prime);
  for (let index = 0; index < length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), prime);
  return mixed;
}
