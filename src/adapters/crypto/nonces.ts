import { randomBytes } from 'node:crypto';

/** 96 bits, as NIST SP 800-38D recommends for GCM. */
export const nonceBytes = 12;

/** Asking the system takes a third of the time of sealing something small, so it is asked for many at once. */
const drawnAtOnce = 256;

/** Random nonces, each given once. */
export class Nonces {
  #drawn = Buffer.alloc(0);
  #given = 0;

  next(): Buffer {
    if (this.#given === this.#drawn.length) {
      this.#drawn = randomBytes(drawnAtOnce * nonceBytes);
      this.#given = 0;
    }
    return this.#drawn.subarray(this.#given, (this.#given += nonceBytes));
  }
}
