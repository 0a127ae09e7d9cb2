import {
  Controller,
  Get,
  Injectable,
  Res,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { expect } from 'chai';
import { mergeMap, type Observable } from 'rxjs';
import { CacheableInterceptor, CacheableService } from '../../../src/nest';
import { FakeClock } from '../../../src/testing';
import { deferred, type Deferred } from '../../builders/deferred';
import { platforms, Runs, WebApp, type AnyResponse, type Platform } from './support';

let runs = new Runs();
/** Holds the responses that the cache has answered with. */
let hold: Deferred<void> | undefined;
let reachedHold = deferred();
let gate: Deferred<void> | undefined;
let started = deferred();

@Injectable()
class HoldingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (body: unknown) => {
        const held = hold;
        if (held !== undefined) reachedHold.resolve();
        await held?.promise;
        return body;
      }),
    );
  }
}

@Controller()
@UseInterceptors(HoldingInterceptor, CacheableInterceptor)
class HeldController {
  @Get('sending')
  sending(@Res({ passthrough: true }) response: AnyResponse) {
    runs.count('sending');
    response.send('sent by the handler');
    return 'returned';
  }

  @Get('held')
  async held() {
    const run = runs.count('held');
    started.resolve();
    await gate?.promise;
    return { run };
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`A response and the answer that its run does not send, on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    const start = async (grace: object): Promise<void> => {
      app = await WebApp.start(platform, [HeldController], { clock, ttl: '1m', ...grace }, (nest) => nest.useLogger(false));
    };

    beforeEach(() => {
      runs = new Runs();
      hold = undefined;
      gate = undefined;
      reachedHold = deferred();
      started = deferred();
      clock = new FakeClock();
    });

    afterEach(() => app.close());

    it('are not stored when the handler has sent one itself: what it returned was never sent', async () => {
      await start({});

      expect((await app.see('/sending')).body).to.equal('sent by the handler');
      expect((await app.see('/sending')).body).to.equal('sent by the handler');
      expect(runs.of('sending')).to.equal(2);
    });

    it('are stored by a background run when the client left before the old one was sent', async () => {
      await start({ staleWhileRevalidate: '1h' });
      await app.get('/held');
      await clock.advance(61_000);
      const held = (hold = deferred());
      const refreshed = new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));
      const client = new AbortController();
      const call = fetch(`${app.url}/held`, { signal: client.signal }).catch(() => undefined);
      await reachedHold.promise;
      client.abort();
      await call;
      await refreshed;
      hold = undefined;
      held.resolve();

      expect(await app.see('/held')).to.deep.include({ body: '{"run":2}', cache: 'tiercel; hit; ttl=60' });
    });

    it('stay when their run ends while an outer interceptor still holds the old response', async () => {
      await start({ staleIfError: '1h', softTimeout: 100 });
      await app.get('/held');
      await clock.advance(61_000);
      gate = deferred();
      started = deferred();
      const held = (hold = deferred());
      const loaded = new Promise((resolve) => app.nest.get(CacheableService).on('load', resolve));
      const call = app.see('/held');
      await started.promise;
      await clock.advance(100);
      await reachedHold.promise;
      gate.resolve();
      await loaded;
      hold = undefined;
      gate = undefined;
      held.resolve();
      expect((await call).body).to.equal('{"run":1}');

      expect([...app.nest.get(CacheableService).inspector().keys()].length).to.equal(1);
    });
  });
}
