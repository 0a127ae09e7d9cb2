import type { Redis } from 'ioredis';

type Settle = (payload: string | null) => void;

export class CoalescedMget {
  readonly #client: Redis;
  #keys: string[] = [];
  #callers: Settle[] = [];
  readonly #flush = (): void => void this.#send();

  constructor(client: Redis) {
    this.#client = client;
  }

  get(key: string): Promise<string | null> {
    if (this.#keys.push(key) === 1) setImmediate(this.#flush);
    return new Promise((resolve) => this.#callers.push(resolve));
  }

  async #send(): Promise<void> {
    const callers = this.#callers;
    const keys = this.#keys;
    this.#callers = [];
    this.#keys = [];
    const payloads = await this.#client.mget(keys);
    for (let i = 0; i < callers.length; i++) callers[i]!(payloads[i] ?? null);
  }
}
