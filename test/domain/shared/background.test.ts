import { expect } from 'chai';

import { Background } from '../../../src/domain/shared/background';
import { deferred } from '../../builders/deferred';

describe('Background', () => {
  it('is idle at once when nothing runs', async () => {
    await new Background().idle();
  });

  it('waits for all work, also for work that starts meanwhile', async () => {
    const background = new Background();
    const [first, second] = [deferred(), deferred()];
    background.track(first.promise.then(() => background.track(second.promise)));
    let idle = false;
    const waiting = background.idle().then(() => (idle = true));

    first.resolve();
    await new Promise(setImmediate);
    expect([idle, background.size]).to.deep.equal([false, 1]);
    second.resolve();
    await waiting;

    expect(background.size).to.equal(0);
  });

  it('counts a failure as an end, without an unhandled rejection', async () => {
    const background = new Background();
    background.track(Promise.reject(new Error('reported elsewhere')));

    await background.idle();

    expect(background.size).to.equal(0);
  });
});
