import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CacheableService } from 'tiercel/nest';
import { Versions } from '../versions';
import type { Reply } from './reply';
import { BusRecorder } from './bus-recorder';

/** One load in ten is slow, in milliseconds: its value is old by then. */
const slowMs = 60;
const quickMs = 3;

/** The source that the loaders read. */
@Injectable()
export class Database {
  constructor(
    private readonly cache: CacheableService,
    private readonly versions: Versions,
    private readonly recorder: BusRecorder,
  ) {}

  /** @param reply - of the request for which it is loaded */
  async load(key: string, reply: Reply): Promise<number> {
    const version = this.versions.of(Number(key));
    await sleep(Math.random() * (Math.random() < 0.1 ? slowMs : quickMs));
    reply.locals.load = { version, received: this.recorder.received, sent: this.cache.health().l2?.state === 'up' };
    return version;
  }
}
