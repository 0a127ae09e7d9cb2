import { expect } from 'chai';

import { withDeadline } from '../../src/domain/deadline';
import { FakeClock } from '../../src/testing/fake-clock';
import { deferred } from '../builders/deferred';
import { rejectionOf } from '../builders/rejection-of';

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

  it('lets nobody trip over work that fails after that', async () => {
    const { promise, reject } = deferred<string>();
    const rejection = rejectionOf(withDeadline(promise, 10, clock, late));
    await clock.advance(10);
    await rejection;

    reject(new Error('nobody is there to hear it'));
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
});
