/** Searching a longer list is slower than a `Set`. */
const shortList = 16;

/** A `Set` that grows past this size takes seven times as long for each object, so several are searched. */
const largestSet = 4_096;

/** Searching more of them would be slower than one large `Set`. */
const mostFullSets = 16;

/** The objects of one value, each of them once, in the order in which they were added. */
export class ObjectQueue {
  readonly #objects: object[] = [];
  readonly #fullSets: Set<object>[] = [];
  #set: Set<object> | undefined;
  #taken = 0;

  add(object: object): void {
    if (this.#isNew(object) && this.#objects.push(object) === shortList) this.#set = new Set(this.#objects);
  }

  next(): object | undefined {
    return this.#objects[this.#taken++];
  }

  #isNew(object: object): boolean {
    if (this.#set === undefined) return !this.#objects.includes(object);
    for (const set of this.#fullSets) if (set.has(object)) return false;
    const { size } = this.#set;
    const isNew = this.#set.add(object).size > size;
    if (size + 1 === largestSet && this.#fullSets.length < mostFullSets) {
      this.#fullSets.push(this.#set);
      this.#set = new Set();
    }
    return isNew;
  }
}
