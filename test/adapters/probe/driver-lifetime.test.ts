import { expect } from 'chai';
import { DriverLifetime, untilUp } from '../../../src/adapters/probe/driver-lifetime';
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

function setUpWait() {
  const probe = new FakeProbe();
  const clock = new FakeClock();
  const abort = new AbortController();
  let over = false;
  probe.down();
  probe.start();
  const wait = async (): Promise<void> => {
    void untilUp(probe, { clock, limitMs: 1_000, signal: abort.signal }).then(() => (over = true));
    await clock.advance(0);
  };
  return { probe, clock, abort, wait, isOver: () => over };
}

describe('Waiting until a probe is up', () => {
  it('does not begin when it is', async () => {
    const { probe, clock, wait, isOver } = setUpWait();
    probe.up();

    await wait();

    expect([isOver(), clock.waiting]).to.deep.equal([true, 0]);
  });

  it('ends when it comes up', async () => {
    const { probe, clock, wait, isOver } = setUpWait();
    await wait();
    const before = isOver();

    probe.up();
    await clock.advance(0);

    expect([before, isOver(), clock.waiting]).to.deep.equal([false, true, 0]);
  });

  it('ends at the limit', async () => {
    const { clock, wait, isOver } = setUpWait();
    await wait();

    await clock.advance(1_000);
    await clock.advance(0);

    expect(isOver()).to.equal(true);
  });

  it('ends when the signal is aborted, before or meanwhile', async () => {
    const { clock, abort, wait, isOver } = setUpWait();
    await wait();

    abort.abort();
    await clock.advance(0);
    const meanwhile = isOver();
    await wait();

    expect([meanwhile, clock.waiting]).to.deep.equal([true, 0]);
  });
});
