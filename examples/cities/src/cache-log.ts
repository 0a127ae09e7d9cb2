import { Injectable, Logger } from '@nestjs/common';
import type { Cache } from 'tiercel';
import { Address } from './address';

/** Logs each event of the cache in one line. The cache itself logs the states of L2. */
@Injectable()
export class CacheLog {
  readonly #logger = new Logger('Cache');

  constructor(private readonly address: Address) {}

  /** @param prefix - written before its keys in the log */
  follow(cache: Cache, prefix = ''): void {
    const refreshing = new Set<string>();
    cache.on('hit', ({ key, tier }) => {
      this.#log(`hit ${tier}`, prefix + key);
    });
    cache.on('stale', ({ key }) => {
      refreshing.add(key);
      this.#log('stale', `${prefix}${key}: refreshed in the background`);
    });
    cache.on('load', ({ key, durationMs, outcome }) => {
      this.#log(refreshing.delete(key) ? 'reload' : 'miss', `${prefix}${key}: loaded in ${Math.round(durationMs)} ms, ${outcome}`);
    });
    cache.on('del', ({ key, outcome }) => {
      this.#log('delete', `${prefix}${key}: ${outcome}`);
    });
    cache.on('clear', ({ outcome }) => {
      this.#log('clear', `${prefix}*: ${outcome}`);
    });
  }

  #log(event: string, about: string): void {
    this.#logger.log(`:${this.address.port} ${event.padEnd(6)} ${about}`);
  }
}
