import { randomInt } from 'node:crypto';

/** Reading more characters would take longer than the better estimate is worth; names this long are never treated as shared. */
export const longestRead = 64;

/** A power of two: 32 KB. */
const slots = 4_096;

/** Of two multiplicative hashes. */
const prime = 0x01000193;

const otherPrime = 0x85ebca6b | 0;

/**
 * Shapes that were added last, as two hashes each; a later one replaces an earlier one in its slot, so the size is fixed. Numbers keep no text
 * alive. The hashes begin with random numbers: with known ones, an attacker could choose names that seem to be shared by many objects.
 */
export class RecentShapes {
  readonly #hashes = new Int32Array(slots);
  readonly #otherHashes = new Int32Array(slots);
  readonly #seed = randomInt(2 ** 32) | 0;
  readonly #otherSeed = randomInt(2 ** 32) | 0;
  #hash = 0;
  #otherHash = 0;

  /** Whether an object with these names was one of the last ones. */
  has(names: readonly string[]): boolean {
    this.#read(names);
    const slot = this.#hash & (slots - 1);
    return this.#hashes[slot] === this.#hash && this.#otherHashes[slot] === this.#otherHash;
  }

  /** Adds the shape that `has` was called with last. */
  addLast(): void {
    const slot = this.#hash & (slots - 1);
    this.#hashes[slot] = this.#hash;
    this.#otherHashes[slot] = this.#otherHash;
  }

  #read(names: readonly string[]): void {
    let hash = this.#seed;
    let other = this.#otherSeed;
    for (const name of names) {
      const length = Math.min(name.length, longestRead);
      for (let at = -1; at < length; at++) {
        const part = at < 0 ? name.length : name.charCodeAt(at);
        hash = Math.imul(hash ^ part, prime);
        other = Math.imul(other ^ (other >>> 15) ^ part, otherPrime);
      }
    }
    this.#hash = hash ^ (hash >>> 15);
    this.#otherHash = other;
  }
}
