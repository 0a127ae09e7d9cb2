import { expect } from 'chai';

import { BusWatch } from '../../../src/domain/bus/bus-watch';
import { FakeClock, FakeProbe } from '../../../src/testing';

describe('BusWatch', () => {
  let clock: FakeClock;
  let bus: FakeProbe;
  let l2: FakeProbe;
  let said: unknown[];
  let watch: BusWatch;

  beforeEach(() => {
    clock = new FakeClock();
    bus = new FakeProbe();
    l2 = new FakeProbe();
    said = [];
    watch = new BusWatch({ bus, l2, clock, notify: (health, reason) => said.push([health, reason]) });
    for (const probe of [bus, l2]) probe.start();
  });

  afterEach(() => {
    watch.stop();
    expect(clock.waiting, 'timers after stop').to.equal(0);
  });

  it('reports after ten seconds that only the bus is away, with the reason of that moment, and at once that it is back', async () => {
    watch.start();
    bus.down('connection lost');
    bus.down('NOPERM');
    await clock.advance(9_999);
    expect(said).to.deep.equal([]);

    await clock.advance(1);
    expect(said).to.deep.equal([['down', 'NOPERM']]);

    await clock.advance(60_000);
    bus.up();
    expect(said).to.deep.equal([
      ['down', 'NOPERM'],
      ['up', undefined],
    ]);
  });

  it('reports a bus that was never there', async () => {
    bus.down('NOPERM');
    watch.start();

    await clock.advance(10_000);

    expect(said).to.deep.equal([['down', 'NOPERM']]);
  });

  it('says nothing of a bus that is back in time, however often', async () => {
    watch.start();

    for (let times = 0; times < 5; times++) {
      bus.down();
      await clock.advance(9_000);
      bus.up();
    }

    expect(said).to.deep.equal([]);
  });

  it('reports nothing while L2 is away as well, and waits again once L2 is back', async () => {
    watch.start();
    bus.down();
    l2.down();
    await clock.advance(3_600_000);

    l2.up();
    await clock.advance(9_999);
    bus.up();
    await clock.advance(60_000);

    expect(said).to.deep.equal([]);
  });

  it('reports an outage once, whatever happens to L2 meanwhile', async () => {
    watch.start();
    bus.down('NOPERM');
    await clock.advance(10_000);

    l2.down();
    l2.up();
    await clock.advance(60_000);

    expect(said).to.deep.equal([['down', 'NOPERM']]);
  });

  it('reports the next outage again', async () => {
    watch.start();
    for (const reason of ['first', 'second']) {
      bus.down(reason);
      await clock.advance(10_000);
      bus.up();
    }

    expect(said).to.deep.equal([
      ['down', 'first'],
      ['up', undefined],
      ['down', 'second'],
      ['up', undefined],
    ]);
  });

  it('ignores the bus once it is stopped', async () => {
    watch.start();
    bus.down();
    watch.stop();
    bus.up();
    bus.down();

    await clock.advance(60_000);

    expect(said).to.deep.equal([]);
  });
});
