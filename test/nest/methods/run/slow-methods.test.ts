import { Injectable } from '@nestjs/common';
import { expect } from 'chai';
import { defer, firstValueFrom, type Observable } from 'rxjs';
import { CacheableModule } from '../../../../src/nest';
import { Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { FakeClock } from '../../../../src/testing';
import { deferred, type Deferred } from '../../../builders/deferred';
import { rejectionOf } from '../../../builders/rejection-of';
import { bare, closeApplications } from '../application';
import { nestWarnings } from '../../../support/nest-warnings';

/** In the order of their beginning; each ends when the test says so. */
let runs: Deferred<string>[] = [];

function run(): Promise<string> {
  const own = deferred<string>();
  runs.push(own);
  return own.promise;
}

@Injectable()
class Reports {
  @Cacheable({ key: 'promised' })
  promised(): Promise<string> {
    return run();
  }

  @Cacheable({ key: 'watched' })
  watched(): Observable<string> {
    return defer(run);
  }

  @Cacheable({ key: 'bounded', hardTimeout: '5s' })
  bounded(): Promise<string> {
    return run();
  }
}

describe('a decorated method that runs for more than 30 seconds', () => {
  let clock: FakeClock;
  let reports: Reports;
  const warn = nestWarnings();

  beforeEach(async () => {
    runs = [];
    clock = new FakeClock();
    const module = await bare({ imports: [CacheableModule.register({ isGlobal: true, clock })], providers: [Reports] });
    reports = module.get(Reports);
  });

  afterEach(async () => {
    for (const { resolve } of runs) resolve('end of the test');
    await closeApplications();
  });

  for (const [name, call] of Object.entries({
    promised: () => reports.promised(),
    watched: () => firstValueFrom(reports.watched()),
  })) {
    it(`returns its result to its own caller, and keeps no other caller waiting: ${name}`, async () => {
      const first = call();
      const second = call();
      await clock.advance(30_000);
      expect(runs).to.have.lengthOf(2);
      runs[1]?.resolve('second');
      expect(await second).to.equal('second');
      runs[0]?.resolve('first');

      expect([await first, await call()]).to.deep.equal(['first', 'second']);
      const advice = 'its result is not stored, and later callers run it again; set hardTimeout for another limit (logged once)';
      expect(warn.args).to.deep.equal([[`Reports.${name}: it ran for more than 30 s: ${advice}`]]);
    });
  }

  it('rejects at its hardTimeout where it has one', async () => {
    const late = rejectionOf(reports.bounded());

    await clock.advance(5_000);

    expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    expect(warn.args).to.deep.equal([]);
  });
});
