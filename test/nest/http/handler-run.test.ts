import { Controller, Get, Res, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { of } from 'rxjs';
import { CacheableInterceptor, CacheableService, type HandlerCache } from '../../../src/nest';
import { NotShareable } from '../../../src/nest/http/handler-run';
import { FakeClock } from '../../../src/testing';
import { deferred, type Deferred } from '../../builders/deferred';
import { platforms, Runs, WebApp, type AnyResponse, type Platform } from './support';

let runs = new Runs();
let gate: Deferred<unknown> | undefined;
let started = deferred();

/** Answers each call as if it had joined the run of another call, whose answer cannot be shared. */
class JoinedCache implements HandlerCache {
  calls = 0;
  gate: Promise<unknown> = Promise.resolve();

  wrapEntry: HandlerCache['wrapEntry'] = async () => {
    this.calls += 1;
    await this.gate;
    return { value: new NotShareable(of(0), 'status'), from: 'loader', isStale: false, outcome: 'skipped', ageMs: 0, ttlMs: 0, tags: [] };
  };
}

let joined = new JoinedCache();

class JoiningInterceptor extends CacheableInterceptor {
  protected override cacheNamed(): HandlerCache {
    return joined;
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class RunsController {
  @Get('touching')
  async touching(@Res({ passthrough: true }) response: AnyResponse) {
    const run = runs.count('touching');
    if (run > 1) response.header('X-Late', 'yes');
    started.resolve();
    await gate?.promise;
    return { run };
  }

  @Get('aged')
  async aged(@Res({ passthrough: true }) response: AnyResponse) {
    const run = runs.count('aged');
    if (run === 1) response.header('Age', '5').header('X-Of-First', 'yes');
    started.resolve();
    await gate?.promise;
    return { run };
  }

  @Get('failing')
  failing(@Res({ passthrough: true }) response: AnyResponse) {
    if (runs.count('failing') === 1) return 'old';
    response.header('X-Mode', 'changed').header('X-Added', 'yes').status(503);
    throw new Error('broken');
  }
}

@Controller('joined')
@UseInterceptors(JoiningInterceptor)
class JoinedController {
  @Get()
  get() {
    return { run: runs.count('joined') };
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`Runs of a handler, on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    const start = async (): Promise<void> => {
      app = await WebApp.start(
        platform,
        [RunsController, JoinedController],
        { clock, ttl: '1m', staleIfError: '1h', softTimeout: 100 },
        (nest) => {
          nest.useLogger(false);
          nest.use((_: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
            response.setHeader('X-Mode', 'plain');
            next();
          });
        },
      );
    };

    beforeEach(async () => {
      runs = new Runs();
      gate = undefined;
      started = deferred();
      joined = new JoinedCache();
      clock = new FakeClock();
      await start();
    });

    afterEach(() => app.close());

    it('leave no header in an old answer that is sent instead, whether they added or changed it', async () => {
      await app.get('/failing');
      await clock.advance(61_000);
      const { headers, status } = await app.get('/failing');

      expect([status, headers.get('x-mode'), headers.get('x-added')]).to.deep.equal([200, 'plain', null]);
    });

    it('are not stored when they touched a response that was answered without them', async () => {
      await app.get('/touching');
      await clock.advance(61_000);
      gate = deferred();
      started = deferred();
      const loaded = new Promise((resolve) => app.nest.get(CacheableService).on('load', resolve));
      const old = app.get('/touching');
      await started.promise;
      await clock.advance(100);
      expect((await old).headers.get('x-late')).to.equal(null);
      gate.resolve(undefined);
      await loaded;

      const inspector = app.nest.get(CacheableService).inspector();
      const stored = [...inspector.keys()].filter((key) => key.endsWith('GET:/touching')).map((key) => inspector.entry(key)?.value);
      expect(stored).to.deep.equal([{ run: 1 }]);
      expect((await app.see('/touching')).body).to.equal('{"run":1}');
    });

    it('are stored without the headers of the old answer that was sent meanwhile', async () => {
      await app.get('/aged');
      await clock.advance(61_000);
      gate = deferred();
      started = deferred();
      const loaded = new Promise((resolve) => app.nest.get(CacheableService).on('load', resolve));
      const old = app.get('/aged');
      await started.promise;
      await clock.advance(100);
      expect((await old).headers.get('x-of-first')).to.equal('yes');
      gate.resolve(undefined);
      await loaded;

      const { headers } = await app.get('/aged');
      expect([headers.get('cache-status'), headers.get('x-of-first'), headers.get('age')]).to.deep.equal([
        'tiercel; hit; ttl=60',
        null,
        null,
      ]);
    });

    it('are asked for by each call that joined one whose answer cannot be shared, which says nothing new of the key', async () => {
      await app.get('/joined');
      const held = deferred();
      joined.gate = held.promise;
      const calls = [app.see('/joined'), app.see('/joined')];
      while (joined.calls < 3) await new Promise(setImmediate);
      held.resolve();

      for (const call of calls) expect((await call).cache).to.equal('tiercel; fwd=miss; detail=status');
    });
  });
}
