import { expect } from 'chai';

import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { RecentInvalidations } from '../../../src/domain/consistency/recent-invalidations';
import { Recovery, type Backlog } from '../../../src/domain/l2/recovery';
import { FakeClock, FakeStore, testKey } from '../../../src/testing';

describe('Recovery', () => {
  const recent = new RecentInvalidations(new FakeClock(), 0);

  const setUp = () => {
    const clock = new FakeClock();
    const attempts: number[] = [];
    const recovery = new Recovery(clock, () => attempts.push(clock.elapsed()));
    /** Fails, and returns the time until the next attempt. */
    const failAndWait = async (): Promise<number> => {
      const failedAt = clock.elapsed();
      const count = attempts.length;
      recovery.retryLater();
      while (attempts.length === count) await clock.advance(1_000);
      return attempts.at(-1)! - failedAt;
    };
    return { attempts, clock, recovery, failAndWait };
  };

  it('waits longer after each failure, and 1 s again after a drain that succeeded', async () => {
    const { clock, recovery, failAndWait } = setUp();

    const delays = [await failAndWait(), await failAndWait(), await failAndWait()];
    await recovery.drain(new FakeStore(clock));
    delays.push(await failAndWait(), await failAndWait());

    expect(delays).to.deep.equal([1_000, 2_000, 4_000, 1_000, 2_000]);
  });

  it('waits longer still after a drain that failed', async () => {
    const { clock, recovery, failAndWait } = setUp();
    const pending = new PendingInvalidations(10);
    pending.add(testKey('k'));
    const backlog: Backlog = { pending, recent, invalidate: () => Promise.reject(new Error('no answer')) };
    recovery.register(backlog);

    const delays = [await failAndWait()];
    const outcome = await recovery.drain(new FakeStore(clock)).catch((error: unknown) => error);
    delays.push(await failAndWait());

    expect(outcome).to.have.property('message', 'no answer');
    expect(delays).to.deep.equal([1_000, 2_000]);
  });

  /** A backlog that records the size of each batch; `meanwhile` runs while a batch is being deleted. */
  const recordingBacklog = (pending: PendingInvalidations, meanwhile: (batches: number) => void = () => undefined) => {
    const batches: (number | 'everything')[] = [];
    const backlog: Backlog = {
      pending,
      recent,
      invalidate: async ({ keys }) => {
        batches.push(keys === 'everything' ? keys : keys.length);
        meanwhile(batches.length);
      },
    };
    return { backlog, batches };
  };

  it('deletes the pending keys in batches of 500, and says that there were some', async () => {
    const { clock, recovery } = setUp();
    const pending = new PendingInvalidations(2_000);
    for (let i = 0; i < 1_200; i++) pending.add(testKey(String(i)));
    const { backlog, batches } = recordingBacklog(pending);
    recovery.register(backlog);

    const deleted = [await recovery.drain(new FakeStore(clock)), await recovery.drain(new FakeStore(clock))];

    expect(batches).to.deep.equal([500, 500, 200]);
    expect(deleted).to.deep.equal([true, false]);
  });

  it('ends although a key becomes pending during every batch', async () => {
    const { clock, recovery } = setUp();
    const pending = new PendingInvalidations(2_000);
    pending.add(testKey('first'));
    const { backlog, batches } = recordingBacklog(pending, (count) => {
      if (count < 10) pending.add(testKey(String(count)));
    });
    recovery.register(backlog);

    await recovery.drain(new FakeStore(clock));

    expect([batches, pending.size]).to.deep.equal([[1], 1]);
  });

  it('deletes all keys at once, and then the keys that became pending meanwhile', async () => {
    const { clock, recovery } = setUp();
    const pending = new PendingInvalidations(10);
    pending.addEverything();
    const { backlog, batches } = recordingBacklog(pending, (count) => {
      if (count === 1) pending.add(testKey('meanwhile'));
    });
    recovery.register(backlog);

    await recovery.drain(new FakeStore(clock));

    expect([batches, pending.size]).to.deep.equal([['everything', 1], 0]);
  });

  it('makes no attempt after it was stopped, also if one was scheduled before', async () => {
    const { attempts, clock, recovery } = setUp();
    recovery.retryLater();
    recovery.stop();

    await clock.advance(60_000);

    expect(attempts).to.deep.equal([]);
  });

  it('schedules no attempt for a failure that comes after it was stopped', async () => {
    const { attempts, clock, recovery } = setUp();
    recovery.stop();
    recovery.retryLater();

    await clock.advance(60_000);

    expect(attempts).to.deep.equal([]);
  });
});
