import { randomBytes } from 'node:crypto';

/** 96 bits, as NIST SP 800-38D recommends for GCM. */
export const nonceBytes = 12;

/** A call to the system's random source takes a third of the time of a small seal, so one call draws many. */
const batchSize = 256;

/** Random nonces; each is returned once. */
export class Nonces {
  #batch = Buffer.alloc(0);
  #used = 0;

  next(): Buffer {
    if (this.#used === this.#batch.length) {
      this.#batch = randomBytes(batchSize * nonceBytes);
      this.#used = 0;
    }
    return this.#batch.subarray(this.#used, (this.#used += nonceBytes));
  }
}
