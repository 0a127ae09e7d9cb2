/** A longer list is slower than a `Set`. */
const shortList = 16;

/** The objects of one value. */
export class SeenObjects {
  readonly #list: object[] = [];
  #set: Set<object> | undefined;

  /** @returns whether it was not there yet */
  add(object: object): boolean {
    return this.#set === undefined ? this.#addToList(object) : this.#addToSet(this.#set, object);
  }

  #addToList(object: object): boolean {
    if (this.#list.includes(object)) return false;
    if (this.#list.push(object) === shortList) this.#set = new Set(this.#list);
    return true;
  }

  #addToSet(set: Set<object>, object: object): boolean {
    const { size } = set;
    return set.add(object).size > size;
  }
}
