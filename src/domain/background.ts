/** Owns what runs while nobody waits for it, so that nothing is floating: `close()` waits for all of it. */
export class Background {
  readonly #running = new Set<Promise<void>>();

  /** @param work - tells about its own failure; here it is only kept from becoming an unhandled rejection */
  track(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
  }

  /** Resolves once nothing is running, including what was begun meanwhile. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  get size(): number {
    return this.#running.size;
  }
}
