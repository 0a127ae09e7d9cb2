import { isCluster, type RedisClient } from './redis-client';

/**
 * All commands that a client is given in one turn leave with one write to its socket, because a write costs more than the commands in it. ioredis by itself
 * writes each one alone.
 */
export class TurnWrites {
  readonly #client: RedisClient;
  #isGathering = false;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** To be called before a command, once the client is ready. */
  gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const streams = this.#connections.map(({ stream }) => stream);
    process.nextTick(() => {
      this.#isGathering = false;
      for (const stream of streams) stream?.uncork();
    });
    for (const stream of streams) stream?.cork();
  }

  get #connections(): readonly RedisClient[] {
    return isCluster(this.#client) ? this.#client.nodes('master') : [this.#client];
  }
}
