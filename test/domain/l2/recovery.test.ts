import { expect } from 'chai';

import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { Recovery, type Backlog } from '../../../src/domain/l2/recovery';
import { FakeClock, FakeStore, testKey } from '../../../src/testing';

describe('Recovery', () => {
  const setUp = () => {
    const clock = new FakeClock();
    const attempts: number[] = [];
    const recovery = new Recovery(clock, { isUp: () => true, clearMs: 1, entryLifeMs: 0 }, () => attempts.push(clock.elapsed()));
    /** Fails, and returns the time until the next attempt. */
    const failAndWait = async (): Promise<number> => {
      const failedAt = clock.elapsed();
      const count = attempts.length;
      recovery.retryLater();
      while (attempts.length === count) await clock.advance(1_000);
      return attempts.at(-1)! - failedAt;
    };
    return { clock, recovery, failAndWait };
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
    const backlog: Backlog = { pending, delete: () => Promise.reject(new Error('no answer')), giveUpEverything: () => undefined };
    recovery.register(backlog);

    const delays = [await failAndWait()];
    const outcome = await recovery.drain(new FakeStore(clock)).catch((error: unknown) => error);
    delays.push(await failAndWait());

    expect(outcome).to.have.property('message', 'no answer');
    expect(delays).to.deep.equal([1_000, 2_000]);
  });
});
