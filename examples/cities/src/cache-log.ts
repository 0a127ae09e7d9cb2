import { Injectable, Logger } from '@nestjs/common';
import type { Cache } from 'tiercel';
import { Address } from './address';

/** Tells what the cache does, one line each. How L2 comes and goes is told by the cache itself. */
@Injectable()
export class CacheLog {
  readonly #logger = new Logger('Cache');

  constructor(private readonly address: Address) {}

  /** @param prefix - what its keys are to begin with in the log */
  follow(cache: Cache, prefix = ''): void {
    const renewing = new Set<string>();
    cache.on('hit', ({ key, tier }) => {
      this.#tell(`hit ${tier}`, prefix + key);
    });
    cache.on('stale', ({ key }) => {
      renewing.add(key);
      this.#tell('stale', `${prefix}${key}: to be renewed behind`);
    });
    cache.on('load', ({ key, durationMs, outcome }) => {
      this.#tell(renewing.delete(key) ? 'renew' : 'miss', `${prefix}${key}: loaded in ${Math.round(durationMs)} ms, ${outcome}`);
    });
    cache.on('del', ({ key, outcome }) => {
      this.#tell('delete', `${prefix}${key}: ${outcome}`);
    });
    cache.on('clear', ({ outcome }) => {
      this.#tell('clear', `${prefix}*: ${outcome}`);
    });
  }

  #tell(what: string, about: string): void {
    this.#logger.log(`:${this.address.port} ${what.padEnd(6)} ${about}`);
  }
}
