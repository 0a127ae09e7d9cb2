import { randomBytes } from 'node:crypto';
import { CacheError } from '../../domain/cache-error';

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

/**
 * With random 96-bit nonces a key may seal at most 2^32 times (NIST SP 800-38D, section 8.3). After that a repeated nonce becomes too likely: two
 * payloads under one nonce reveal both plaintexts and allow forgeries.
 */
const maxSeals = 2 ** 32;

const warnAt = 2 ** 31;

/** Counts the seals of one key in this process. */
export class SealCounter {
  readonly #keyId: string;
  readonly #warn: (message: string) => void;
  #count: number;

  /** @param count - seals so far */
  constructor(keyId: string, warn: (message: string) => void, count = 0) {
    this.#keyId = keyId;
    this.#warn = warn;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws CacheError `CACHE_KEY_EXHAUSTED` */
  next(): void {
    if (this.#count === maxSeals) {
      throw new CacheError(
        'CACHE_KEY_EXHAUSTED',
        `cipher: key '${this.#keyId}' has sealed 2^32 times, which is its limit; put a new key first`,
      );
    }
    this.#count += 1;
    if (this.#count === warnAt) this.#warn(`cipher: key '${this.#keyId}' has sealed 2^31 times, half of its limit; put a new key first`);
  }
}
