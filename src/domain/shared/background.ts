/** Keeps work that no caller waits for, so that no promise floats: `close()` waits for all of it. */
export class Background {
  readonly #running = new Set<Promise<void>>();

  /** @param work - reports its own failure; here its rejection is only handled */
  track(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
  }

  /** Resolves once nothing is running, including work that began meanwhile. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  get size(): number {
    return this.#running.size;
  }
}
