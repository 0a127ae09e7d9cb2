import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';

import { SystemClock } from '../../../src/adapters/system/system-clock';
import { withDeadline } from '../../../src/domain/shared/deadline';
import { FakeClock } from '../../../src/testing/fake-clock';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';
import { blockEventLoop } from '../../support/block-event-loop';

const late = () => new Error('late');

describe('withDeadline', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => {
    expect(clock.waiting).to.equal(0);
  });

  it('gives the outcome of work that ends in time', async () => {
    expect(await withDeadline(Promise.resolve('done'), 10, clock, late)).to.equal('done');
    expect(await rejectionOf(withDeadline(Promise.reject(new Error('failed')), 10, clock, late))).to.have.property('message', 'failed');
  });

  it('rejects once the time is up', async () => {
    const { promise, resolve } = deferred<string>();
    const rejection = rejectionOf(withDeadline(promise, 10, clock, late));
    await clock.advance(10);

    expect(await rejection).to.have.property('message', 'late');
    resolve('too late');
  });

  it('handles the rejection of work that fails later', async () => {
    const { promise, reject } = deferred<string>();
    const rejection = rejectionOf(withDeadline(promise, 10, clock, late));
    await clock.advance(10);
    await rejection;

    reject(new Error('without a listener'));
  });

  it('takes an answer that comes in the very turn of the deadline', async () => {
    const { promise, resolve } = deferred<string>();
    const outcome = withDeadline(promise, 10, clock, late);
    clock.schedule(10, () => {
      resolve('just in time');
    });
    await clock.advance(10);

    expect(await outcome).to.equal('just in time');
  });

  it('does not count the time of a busy process', async () => {
    const answer = deferred<string>();
    const outcome = withDeadline(answer.promise, 250, new SystemClock(), late);
    blockEventLoop(300);
    await sleep(20);
    answer.resolve('read after the work');

    expect(await outcome).to.equal('read after the work');
  });

  it('has no step that is longer than its time', async () => {
    const rejections = [1, 99, 100, 101, 250].map((ms) =>
      rejectionOf(withDeadline(deferred().promise, ms, clock, () => new Error(`${clock.elapsed()}`))),
    );
    await clock.advance(250);

    expect((await Promise.all(rejections)).map((error) => Number((error as Error).message))).to.deep.equal([1, 99, 100, 101, 250]);
  });
});
