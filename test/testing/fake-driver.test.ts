import { expect } from 'chai';
import { FakeClock, FakeDriver, testKey } from '../../src/testing';

describe('FakeDriver', () => {
  let driver: FakeDriver;

  beforeEach(async () => {
    driver = new FakeDriver({ clock: new FakeClock() });
    await driver.open();
  });

  it('is up once it is open, and down once it is closed', async () => {
    expect([driver.isOpen, driver.probe.health]).to.deep.equal([true, 'up']);

    await driver.close();

    expect([driver.isOpen, driver.probe.health]).to.deep.equal([false, 'down']);
  });

  it('goes away and comes back with store and probe together', async () => {
    driver.goAway('cable cut');
    const outcome = await driver.store.get(testKey('a')).catch((error: unknown) => error);
    expect(outcome).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
    expect(driver.probe.reason).to.equal('cable cut');

    driver.comeBack();

    expect(await driver.store.get(testKey('a'))).to.equal(undefined);
    expect(driver.probe.health).to.equal('up');
  });
});
