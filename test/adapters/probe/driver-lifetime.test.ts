import { expect } from 'chai';
import { DriverLifetime } from '../../../src/adapters/probe/driver-lifetime';
import { FakeClock, FakeProbe } from '../../../src/testing';
import { rejectionOf } from '../../builders/rejection-of';

function setUp() {
  const [clock, probe] = [new FakeClock(), new FakeProbe()];
  probe.down();
  return { clock, probe, lifetime: new DriverLifetime({ name: 'some-driver', probe, clock }) };
}

describe('The lifetime of a driver', () => {
  it('starts the probe before it connects, and opens when the server has answered', async () => {
    const { probe, lifetime } = setUp();
    let wasStarted = false;
    const opened = lifetime.open(() => {
      const remove = probe.onChange(() => (wasStarted = true));
      probe.up();
      remove();
    });

    await opened;

    expect(wasStarted).to.equal(true);
  });

  it('opens after the limit without an answer', async () => {
    const { clock, lifetime } = setUp();
    let isOpen = false;
    void lifetime.open().then(() => (isOpen = true));

    await clock.advance(1_001);

    expect(isOpen).to.equal(true);
  });

  it('ends with close, which disconnects once, and is not opened again', async () => {
    const { clock, lifetime } = setUp();
    let disconnected = 0;
    const disconnect = async (): Promise<void> => void (disconnected += 1);
    const opening = lifetime.open();

    await Promise.all([lifetime.close(disconnect), lifetime.close(disconnect), opening]);

    expect([disconnected, clock.waiting]).to.deep.equal([1, 0]);
    expect(await rejectionOf(lifetime.open()))
      .to.include({ code: 'CACHE_CLOSED' })
      .and.have.property('message')
      .that.contains('some-driver');
  });
});
