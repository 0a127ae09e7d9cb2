import { Controller, Get, Query, Res, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor } from '../../../src/nest';
import { HitForMiss } from '../../../src/nest/http/hit-for-miss';
import { deferred, type Deferred } from '../../builders/deferred';
import { WebApp, type AnyResponse, type Platform } from './support';

/** Each run waits for a word of the test. */
let runs: Deferred<void>[] = [];
let setsCookies = true;

@Controller()
@UseInterceptors(CacheableInterceptor)
class VisitsController {
  @Get('visit')
  async visit(@Query('free') free: string | undefined, @Res({ passthrough: true }) response: AnyResponse) {
    const run = deferred();
    const count = runs.push(run);
    if (free === undefined) await run.promise;
    if (setsCookies) response.header('Set-Cookie', 'visit=1');
    return { run: count };
  }
}

async function running(count: number): Promise<void> {
  while (runs.length < count) await new Promise(setImmediate);
}

function end(run: number): void {
  runs[run - 1]?.resolve();
}

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor on ${platform}, where answers cannot be stored`, () => {
    let app: WebApp;

    beforeEach(async () => {
      runs = [];
      setsCookies = true;
      app = await WebApp.start(platform, [VisitsController]);
    });

    afterEach(() => app.close());

    async function once(): Promise<void> {
      const first = app.see('/visit');
      await running(1);
      end(1);
      await first;
    }

    it('lets no call wait for another one whose last response could not be stored', async () => {
      await once();
      const leader = app.see('/visit');
      await running(2);
      const others = [app.see('/visit'), app.see('/visit')];
      await running(4);
      end(4);
      end(3);

      const bypassed = { status: 200, cache: 'tiercel; fwd=bypass; detail=unstorable' };
      expect((await Promise.all(others)).map(({ status, cache }) => ({ status, cache }))).to.deep.equal([bypassed, bypassed]);
      end(2);
      expect(await leader).to.deep.equal({ status: 200, body: '{"run":2}', cache: 'tiercel; fwd=miss; detail=set-cookie' });
    });

    it('stores an answer as soon as one can be stored', async () => {
      await once();
      setsCookies = false;
      const leader = app.see('/visit');
      await running(2);
      end(2);

      expect((await leader).cache).to.equal('tiercel; fwd=miss; stored');
      expect((await app.see('/visit')).body).to.equal('{"run":2}');
    });

    it('lets calls wait together again once a response could be stored', async () => {
      await once();
      const failing = app.see('/visit');
      await running(2);
      runs[1]?.reject(new Error('no database'));
      expect((await failing).status).to.equal(500);

      setsCookies = false;
      const both = [app.see('/visit'), app.see('/visit')];
      await running(3);
      end(3);

      expect((await Promise.all(both)).map(({ body }) => body)).to.deep.equal(['{"run":3}', '{"run":3}']);
    });

    it('thinks nothing of other requests to the route', async () => {
      await once();
      setsCookies = false;
      const both = [app.see('/visit?page=2'), app.see('/visit?page=2')];
      await running(2);
      end(2);

      expect((await Promise.all(both)).map(({ body }) => body)).to.deep.equal(['{"run":2}', '{"run":2}']);
    });
  });
}

describe('HitForMiss', () => {
  let now: number;
  let keys: HitForMiss;

  beforeEach(() => {
    now = 0;
    keys = new HitForMiss(() => now);
  });

  it('sends one through, and the others past, until it is known better', () => {
    keys.record('a', 'unstorable');

    expect([keys.isActive('a'), keys.isActive('a'), keys.isActive('a'), keys.isActive('b')]).to.deep.equal([false, true, true, false]);
    keys.record('a', 'storable');
    expect([keys.isActive('a'), keys.isActive('a')]).to.deep.equal([false, false]);
  });

  it('forgets after ten seconds', () => {
    keys.record('a', 'unstorable');
    keys.isActive('a');
    now = 9_999;
    expect(keys.isActive('a')).to.equal(true);
    now = 10_000;

    expect(keys.isActive('a')).to.equal(false);
  });

  it('remembers a hundred, the latest ones', () => {
    for (let count = 0; count <= 100; count++) keys.record(`key ${count}`, 'unstorable');
    keys.isActive('key 0');
    keys.isActive('key 1');

    expect([keys.isActive('key 0'), keys.isActive('key 1')]).to.deep.equal([false, true]);
  });
});
