import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadlineMs, slackMs } from './answers';
import { drivers, type DriverUnderTest } from './drivers';
import { LagMeter } from './lag-meter';
import { Site } from './site';
import { timed } from './timed';

const callers = 10_000;
const loadMs = 20;

const states: readonly (readonly [state: string, begin: (site: Site) => unknown])[] = [
  ['healthy', () => undefined],
  ['dead', ({ server }) => server.kill()],
  [
    'frozen',
    ({ server }) => {
      server.freeze();
    },
  ],
];

describe('Ten thousand callers of one cold key', function () {
  this.timeout(30_000);
  const lag = new LagMeter();

  before(() => {
    lag.start();
  });

  after(() => {
    lag.stop();
  });

  for (const [state, begin] of states) {
    it(`cause one load, and get its value in time, with L2 ${state}`, async () => {
      await Promise.all(drivers.map((driver) => storm(driver, begin)));
    });
  }

  async function storm(driver: DriverUnderTest, begin: (site: Site) => unknown): Promise<void> {
    const site = await Site.prepare(driver);
    let loads = 0;
    const load = async (): Promise<number> => {
      await sleep(loadMs);
      return ++loads;
    };
    const crowd = (): Promise<number[]> => Promise.all(Array.from({ length: callers }, () => site.cache.wrap('stormed', load)));
    try {
      await site.warmUp();
      await begin(site);

      const { answer, netMs } = await timed(lag, crowd);
      const later = await crowd();

      expect(new Set([...answer, ...later]), driver.name).to.deep.equal(new Set([1]));
      expect(loads, driver.name).to.equal(1);
      expect(netMs, driver.name).to.be.below(deadlineMs.wrap + loadMs + slackMs);
    } finally {
      await site.close();
    }
  }
});
