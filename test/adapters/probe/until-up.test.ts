import { expect } from 'chai';
import { untilUp } from '../../../src/adapters/probe/until-up';
import { FakeClock, FakeProbe } from '../../../src/testing';

function setUp() {
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
    const { probe, clock, wait, isOver } = setUp();
    probe.up();

    await wait();

    expect([isOver(), clock.waiting]).to.deep.equal([true, 0]);
  });

  it('ends when it comes up', async () => {
    const { probe, clock, wait, isOver } = setUp();
    await wait();
    const before = isOver();

    probe.up();
    await clock.advance(0);

    expect([before, isOver(), clock.waiting]).to.deep.equal([false, true, 0]);
  });

  it('ends at the limit', async () => {
    const { clock, wait, isOver } = setUp();
    await wait();

    await clock.advance(1_000);
    await clock.advance(0);

    expect(isOver()).to.equal(true);
  });

  it('ends when the signal is aborted, before or meanwhile', async () => {
    const { clock, abort, wait, isOver } = setUp();
    await wait();

    abort.abort();
    await clock.advance(0);
    const meanwhile = isOver();
    await wait();

    expect([meanwhile, clock.waiting]).to.deep.equal([true, 0]);
  });
});
