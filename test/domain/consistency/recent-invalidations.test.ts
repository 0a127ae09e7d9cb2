import { expect } from 'chai';
import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { RecentInvalidations } from '../../../src/domain/consistency/recent-invalidations';
import { FakeClock, testKey } from '../../../src/testing';

describe('RecentInvalidations', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(testKey) as [ReturnType<typeof testKey>, ReturnType<typeof testKey>, ReturnType<typeof testKey>];

  const setUp = (limit = 10) => {
    const clock = new FakeClock();
    const recent = new RecentInvalidations(clock, limit);
    const moved = () => {
      const pending = new PendingInvalidations(100);
      recent.moveTo(pending);
      const { keys, tags } = pending.batch(100);
      return { keys, tags };
    };
    return { clock, recent, moved };
  };

  it('keeps the keys of the last 30 s before the server was lost, for as long as it is', async () => {
    const { clock, moved, recent } = setUp();
    recent.add([a, b], 'changed');
    await clock.advance(26_000);
    recent.add([b, c], 'changed');
    await clock.advance(5_000);

    recent.forgetOld();
    await clock.advance(3_600_000);

    expect(moved()).to.deep.equal({ keys: [b, c], tags: [] });
    expect(moved()).to.deep.equal({ keys: [], tags: [] });
  });

  it('keeps tags, and a removal in place of an expiry', async () => {
    const { clock, moved, recent } = setUp();
    recent.add([a], 'removed');
    recent.add([b], 'expired');
    recent.add([a], 'expired');
    await clock.advance(30_000);
    recent.add([c], 'expired');
    await clock.advance(1);

    recent.forgetOld();

    expect(moved()).to.deep.equal({ keys: [], tags: [{ name: c, mode: 'expire' }] });
    recent.add([a], 'removed');
    recent.add([a], 'expired');
    expect(moved().tags).to.deep.equal([{ name: a, mode: 'remove' }]);
  });

  it('keeps a clear', async () => {
    const { clock, moved, recent } = setUp();
    recent.add('everything', 'changed');
    recent.add([a], 'changed');

    expect(moved().keys).to.equal('everything');

    recent.add('everything', 'changed');
    await clock.advance(30_001);
    recent.forgetOld();
    expect(moved().keys).to.deep.equal([]);
  });

  it('is bounded: past the limit everything is invalidated, unless some of it is old', async () => {
    const { clock, moved, recent } = setUp(2);
    recent.add([a], 'changed');
    recent.add([b], 'removed');
    recent.add([a], 'changed');
    await clock.advance(30_001);
    recent.add([c], 'changed');
    expect(moved()).to.deep.equal({ keys: [c], tags: [] });

    recent.add([a], 'changed');
    recent.add([b], 'removed');
    recent.add([c], 'changed');

    expect(moved().keys).to.equal('everything');
  });

  it('keeps nothing without a limit', () => {
    const { moved, recent } = setUp(0);
    recent.add([a], 'changed');
    recent.add('everything', 'changed');
    recent.add([b], 'removed');

    expect(moved()).to.deep.equal({ keys: [], tags: [] });
  });
});
