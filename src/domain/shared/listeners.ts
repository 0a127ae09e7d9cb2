/** Functions that are called, one after another, when something happens. */
export class Listeners<T extends readonly unknown[]> {
  #all: readonly ((...event: T) => void)[] = [];

  get size(): number {
    return this.#all.length;
  }

  /**
   * One that is added twice is called twice, and removed one by one.
   * @returns the function that removes it; calling it again changes nothing
   */
  add(listener: (...event: T) => void): () => void {
    const own = (...event: T): void => listener(...event);
    this.#all = [...this.#all, own];
    return () => {
      this.#all = this.#all.filter((other) => other !== own);
    };
  }

  /** A listener that is removed during a call is not called any more; one that is added meanwhile gets the next event. */
  notify(...event: T): void {
    for (const listener of this.#all) if (this.#all.includes(listener)) listener(...event);
  }

  /** As {@link notify}. An error of a listener is its own fault: it reaches neither the caller nor the other listeners. */
  notifySafely(...event: T): void {
    for (const listener of this.#all) {
      try {
        if (this.#all.includes(listener)) listener(...event);
      } catch {
        continue;
      }
    }
  }
}
