import { Controller, Get, Logger, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheableService } from '../../../src/nest';
import { FakeClock } from '../../../src/testing';
import { deferred, type Deferred } from '../../builders/deferred';
import { platforms, WebApp, type Platform } from './support';

/** In the order of their beginning; each ends when the test says so. */
let runs: Deferred<string>[] = [];

@Controller()
@UseInterceptors(CacheableInterceptor)
class SlowController {
  @Get('report')
  report(): Promise<string> {
    const run = deferred<string>();
    runs.push(run);
    return run.promise;
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate);
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`A handler that runs for more than 30 seconds, on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    beforeEach(async () => {
      runs = [];
      clock = new FakeClock();
      app = await WebApp.start(platform, [SlowController], { clock });
    });

    afterEach(async () => {
      for (const { resolve } of runs) resolve('end of the test');
      sinon.restore();
      await app.close();
    });

    it('answers its own request, and keeps no other request waiting: one of them runs the handler again', async () => {
      const warn = sinon.stub(Logger, 'warn');
      const first = app.see('/report');
      await until(() => runs.length === 1);
      const second = app.see('/report');
      await until(() => app.nest.get(CacheableService).stats().stampedesAvoided === 1);

      await clock.advance(30_000);
      await until(() => runs.length === 2);
      runs[1]?.resolve('second');
      expect((await second).body).to.equal('second');
      runs[0]?.resolve('first');

      expect(await first).to.deep.include({ status: 200, body: 'first' });
      expect((await app.see('/report')).body).to.equal('second');
      expect(runs).to.have.lengthOf(2);
      const advice = 'its result is not stored, and later callers run it again; set hardTimeout for another limit (logged once)';
      expect(warn.args).to.deep.equal([[`SlowController.report ran for more than 30 s: ${advice}`, 'CacheableInterceptor']]);
    });
  });
}
