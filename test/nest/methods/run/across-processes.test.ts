import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { SystemClock } from '../../../../src/adapters/system/system-clock';
import { Cacheable, CacheableModule, CacheConfig } from '../../../../src/nest';
import { deriveDriver } from '../../../../src/ports/driver';
import { FakeDriver } from '../../../../src/testing';

let loads = 0;

async function load(): Promise<string> {
  loads += 1;
  await setTimeout(50);
  return 'report';
}

@Injectable()
class Reports {
  @Cacheable({ key: 'own', acrossProcesses: 'wait' })
  find(): Promise<string> {
    return load();
  }
}

@Injectable()
@CacheConfig({ acrossProcesses: 'wait' })
class WaitingReports {
  @Cacheable({ key: 'of the class' })
  find(): Promise<string> {
    return load();
  }
}

@Injectable()
class PlainReports {
  @Cacheable({ key: 'of the module' })
  find(): Promise<string> {
    return load();
  }
}

/** Two applications on one server. */
async function applications(acrossProcesses?: 'wait'): Promise<readonly TestingModule[]> {
  const clock = new SystemClock();
  const driver = new FakeDriver({ clock });
  return Promise.all(
    [1, 2].map(async () => {
      const secondary = deriveDriver(new FakeDriver({ clock }), { store: driver.store });
      const imports = [CacheableModule.register({ secondary, logger: false, ...(acrossProcesses && { acrossProcesses }) })];
      const app = await Test.createTestingModule({ imports, providers: [Reports, WaitingReports, PlainReports] }).compile();
      return app.init();
    }),
  );
}

describe('acrossProcesses in an application of Nest', () => {
  let apps: readonly TestingModule[];

  afterEach(() => Promise.all(apps.map((app) => app.close())));

  for (const [where, type, option] of [
    ['a method', Reports, undefined],
    ['a class', WaitingReports, undefined],
    ['the module', PlainReports, 'wait'],
  ] as const) {
    it(`of ${where} makes the applications load a value once`, async () => {
      apps = await applications(option);
      loads = 0;

      expect(await Promise.all(apps.map((app) => app.get(type).find()))).to.deep.equal(['report', 'report']);
      expect(loads).to.equal(1);
    });
  }

  it('is not set unless an application says so', async () => {
    apps = await applications();
    loads = 0;
    await Promise.all(apps.map((app) => app.get(PlainReports).find()));

    expect(loads).to.equal(2);
  });
});
