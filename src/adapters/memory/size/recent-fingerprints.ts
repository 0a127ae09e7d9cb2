/** FNV-1a, of characters instead of bytes. */
const seed = 0x811c9dc5 | 0;

const prime = 0x01000193;

/** Texts that differ only after so many characters have the same fingerprint: to read more would cost more than it tells. */
const longestRead = 32;

/** A power of two. In 16 KB. */
const places = 4_096;

/** What has come lately: what comes later takes its place, so that it never grows. Numbers, so that no text is kept alive. */
export class RecentFingerprints {
  readonly #fingerprints = new Int32Array(places);

  /** @returns whether it was there already */
  add(fingerprint: number): boolean {
    const place = fingerprint & (places - 1);
    const wasThere = this.#fingerprints[place] === fingerprint;
    this.#fingerprints[place] = fingerprint;
    return wasThere;
  }
}

/** A small integer that other texts hardly share. After another one, it is of both. */
export function fingerprint(text: string, after: number = seed): number {
  const length = Math.min(text.length, longestRead);
  let mixed = Math.imul(after ^ text.length, prime);
  for (let index = 0; index < length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), prime);
  return mixed;
}
