import { expect } from 'chai';
import { Backoff, backoffMs } from '../../../src/domain/shared/backoff';

describe('Backoff', () => {
  it('doubles with each failure in a row, up to the limit', () => {
    const backoff = new Backoff(100, 500);

    expect([1, 2, 3, 4, 5].map(() => backoff.next())).to.deep.equal([100, 200, 400, 500, 500]);
  });

  it('begins again after a reset', () => {
    const backoff = new Backoff(100, 500);
    backoff.next();
    backoff.next();

    backoff.reset();

    expect([backoff.next(), backoff.next()]).to.deep.equal([100, 200]);
  });

  it('stays at the limit after any number of failures', () => {
    expect([10, 2_000, 1e9].map((failures) => backoffMs(failures, 50, 2_000))).to.deep.equal([2_000, 2_000, 2_000]);
  });
});
