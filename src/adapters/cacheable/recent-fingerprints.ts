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
