/** Counts the users of objects that are shared, so that the last user closes them. */
export class UserCount<T extends object> {
  readonly #users = new WeakMap<T, number>();

  add(shared: T): void {
    this.#users.set(shared, (this.#users.get(shared) ?? 0) + 1);
  }

  has(shared: T): boolean {
    return this.#users.has(shared);
  }

  /** To be called once by each user. Returns whether it was the last one. */
  remove(shared: T): boolean {
    const left = (this.#users.get(shared) ?? 1) - 1;
    if (left === 0) this.#users.delete(shared);
    else this.#users.set(shared, left);
    return left === 0;
  }
}
