import { Injectable } from '@nestjs/common';
import { CacheableService } from 'tiercel/nest';

/** How often each key became pending. */
@Injectable()
export class PendingKeys {
  readonly #times = new Map<string, number>();

  constructor(cache: CacheableService) {
    cache.on('pending', ({ key }) => this.#times.set(key, this.timesOf(key) + 1));
  }

  timesOf(key: string): number {
    return this.#times.get(key) ?? 0;
  }
}
