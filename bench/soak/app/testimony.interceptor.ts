import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { CacheableService } from 'tiercel/nest';
import { testimonyHeader, type Testimony } from '../testimony';
import type { Reply } from './reply';
import { Witness } from './witness';

/** Adds to every response the facts about this process that the oracle needs. */
@Injectable()
export class TestimonyInterceptor implements NestInterceptor {
  /** How often each key became pending. */
  readonly #pending = new Map<string, number>();

  constructor(
    private readonly cache: CacheableService,
    private readonly witness: Witness,
  ) {
    cache.on('pending', ({ key }) => this.#pending.set(key, this.#timesPending(key) + 1));
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<Reply>();
    const { key = '' } = context.switchToHttp().getRequest<{ params: { key?: string } }>().params;
    const knew = this.witness.hearing;
    const before = this.#timesPending(key);
    return next.handle().pipe(
      // In the same turn in which the cache has answered: it publishes its messages in the next one.
      tap(() => {
        const { status, l2 } = this.cache.health();
        const { load } = reply.locals;
        const settled = l2?.pending === 0;
        const testimony: Testimony = {
          knew,
          ...(load && { loaded: load }),
          unsure: this.#timesPending(key) > before && !settled,
          said: this.witness.said,
          settled,
          well: settled && status === 'up' && this.witness.isListening,
        };
        reply.setHeader(testimonyHeader, JSON.stringify(testimony));
      }),
    );
  }

  #timesPending(key: string): number {
    return this.#pending.get(key) ?? 0;
  }
}
