import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { CacheableService } from 'tiercel/nest';
import { factsHeader, type InstanceFacts } from '../instance-facts';
import type { Reply } from './reply';
import { BusRecorder } from './bus-recorder';
import { PendingKeys } from './pending-keys';

/** Adds to every response the facts about this process that the oracle needs. */
@Injectable()
export class FactsInterceptor implements NestInterceptor {
  constructor(
    private readonly cache: CacheableService,
    private readonly recorder: BusRecorder,
    private readonly pendingKeys: PendingKeys,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<Reply>();
    const { key = '' } = context.switchToHttp().getRequest<{ params: { key?: string } }>().params;
    const received = this.recorder.received;
    const before = this.pendingKeys.timesOf(key);
    return next.handle().pipe(
      // In the same turn in which the cache has answered: messages that it publishes later do not count.
      tap(() => {
        const { status, l2 } = this.cache.health();
        const { isOwed, load } = reply.locals;
        const nothingPending = l2?.pending === 0;
        const facts: InstanceFacts = {
          received,
          ...(load && { loaded: load }),
          ...(isOwed === true && { isOwed }),
          fateUnknown: this.pendingKeys.timesOf(key) > before && !nothingPending,
          published: this.recorder.published,
          nothingPending,
          isWell: nothingPending && status === 'up' && this.recorder.isSubscribed,
        };
        reply.setHeader(factsHeader, JSON.stringify(facts));
      }),
    );
  }
}
