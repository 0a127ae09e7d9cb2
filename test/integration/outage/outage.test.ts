import { drivers } from './drivers';
import { LagMeter } from './lag-meter';
import { OutagesPage } from './outages-page';
import { playOut } from './play-out';
import { scenarios } from './scenarios';

describe('A cache whose L2', function () {
  this.timeout(45_000);
  const lag = new LagMeter();
  const page = new OutagesPage();

  before(() => {
    lag.start();
  });

  after(() => {
    lag.stop();
  });

  for (const scenario of scenarios) {
    it(scenario.name, async () => {
      const outcomes = drivers.map((driver) => playOut(scenario, driver, lag));
      // If one of them fails, the others end before the next test all the same.
      await Promise.allSettled(outcomes);
      page.add(await Promise.all(outcomes));
    });
  }

  it('is described in docs/outages.md', () => {
    if (process.env['UPDATE_DOCS'] === '1') page.write();
    page.expectListed(scenarios.length * drivers.length);
  });
});
