import type { StoreDriver } from '../../ports/driver';

/** Compares the server that answers with the one that answered last. */
export class ServerIdentity {
  readonly #driver: Pick<StoreDriver, 'identify'>;
  #isKnown = false;
  #last: string | undefined;

  constructor(driver: Pick<StoreDriver, 'identify'>) {
    this.#driver = driver;
  }

  /** Whether another server answers than before, or one that may be another. Rejects without an answer. */
  async hasChanged(): Promise<boolean> {
    if (this.#driver.identify === undefined) return false;
    const server = await this.#driver.identify();
    const hasChanged = this.#isKnown && (server === undefined || server !== this.#last);
    this.#isKnown = true;
    this.#last = server;
    return hasChanged;
  }
}
