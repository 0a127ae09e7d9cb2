/** `ArrayBuffer`s that several values are cut from. Each is counted once, for as long as L1 holds one of these values. */
export class Slabs<V extends object> {
  readonly #users = new Map<ArrayBufferLike, number>();
  readonly #slabsOf = new WeakMap<V, ReadonlySet<ArrayBufferLike>>();

  note(value: V, slabs: ReadonlySet<ArrayBufferLike>): void {
    this.#slabsOf.set(value, slabs);
  }

  /** Bytes of all memory that a value is cut from. */
  bytesOf(value: V): number {
    return this.#sum(value, () => true);
  }

  /** @returns the bytes that L1 did not hold before */
  hold(value: V): number {
    return this.#sum(value, (slab) => this.#count(slab, 1) === 1);
  }

  /** @returns the bytes that L1 holds no longer */
  release(value: V): number {
    return this.#sum(value, (slab) => this.#count(slab, -1) === 0);
  }

  clear(): void {
    this.#users.clear();
  }

  #count(slab: ArrayBufferLike, change: number): number {
    const users = (this.#users.get(slab) ?? 0) + change;
    if (users > 0) this.#users.set(slab, users);
    else this.#users.delete(slab);
    return users;
  }

  #sum(value: V, counts: (slab: ArrayBufferLike) => boolean): number {
    let bytes = 0;
    for (const slab of this.#slabsOf.get(value) ?? []) if (counts(slab)) bytes += slab.byteLength;
    return bytes;
  }
}
