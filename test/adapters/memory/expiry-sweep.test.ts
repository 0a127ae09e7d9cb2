import { expect } from 'chai';

import { ExpirySweep } from '../../../src/adapters/memory/expiry-sweep';
import { FakeClock } from '../../../src/testing/fake-clock';

const minuteMs = 60_000;

describe('ExpirySweep', () => {
  let clock: FakeClock;
  let items: number[];
  let seen: number[];
  let sweep: ExpirySweep<number>;

  beforeEach(() => {
    clock = new FakeClock();
    items = [];
    seen = [];
    sweep = new ExpirySweep(
      clock,
      () => items.values(),
      (item) => seen.push(item),
    );
  });

  it('does nothing before it is woken', () => {
    expect(clock.waiting).to.equal(0);
  });

  it('visits every item, a thousand at a time', async () => {
    items = Array.from({ length: 2_500 }, (_, index) => index);
    sweep.wake();

    await clock.advance(30_000);
    expect(seen).to.have.length(1_000);
    await clock.advance(1_000);

    expect(seen).to.deep.equal(items);
  });

  it('begins again as long as there are items', async () => {
    items = [1, 2];
    sweep.wake();

    await clock.advance(minuteMs);

    expect(seen).to.deep.equal([1, 2, 1, 2]);
  });

  it('stops when no items are left, until it is woken', async () => {
    sweep.wake();
    await clock.advance(minuteMs);
    expect(clock.waiting).to.equal(0);

    items = [1];
    sweep.wake();
    await clock.advance(30_000);

    expect(seen).to.deep.equal([1]);
  });

  it('has at most one timer, however often it is woken', () => {
    sweep.wake();
    sweep.wake();

    expect(clock.waiting).to.equal(1);
  });

  it('visits none of the old items after a reset', async () => {
    items = Array.from({ length: 1_500 }, () => 1);
    sweep.wake();
    await clock.advance(30_000);

    items = [2];
    sweep.reset();
    sweep.wake();
    await clock.advance(30_000);

    expect(seen.slice(1_000)).to.deep.equal([2]);
  });

  it('has no timer after it is stopped, and cannot be woken any more', async () => {
    items = [1];
    sweep.wake();

    sweep.stop();
    sweep.wake();
    await clock.advance(minuteMs);

    expect(clock.waiting).to.equal(0);
    expect(seen).to.deep.equal([]);
  });
});
