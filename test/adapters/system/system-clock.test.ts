import { expect } from 'chai';
import sinon from 'sinon';

import { SystemClock } from '../../../src/adapters/system/system-clock';
import { clockContract } from '../../../src/testing/clock-contract';

clockContract('SystemClock', () => ({
  clock: new SystemClock(),
  elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  coarsenessMs: 5,
}));

const dayMs = 24 * 60 * 60 * 1000;

describe('SystemClock', () => {
  let time: sinon.SinonFakeTimers;
  let blockedMs: number;
  let clock: SystemClock;

  beforeEach(() => {
    time = sinon.useFakeTimers(1_700_000_000_000);
    blockedMs = 0;
    const ticked = performance.now.bind(performance);
    sinon.stub(performance, 'now').callsFake(() => ticked() + blockedMs);
    clock = new SystemClock();
  });
  afterEach(() => sinon.restore());

  it('reads the wall clock exactly', () => {
    time.tick(7);

    expect(clock.now()).to.equal(1_700_000_000_007);
  });

  describe('elapsed', () => {
    it('is exact after a pause', () => {
      clock.elapsed();
      time.tick(1_000);

      expect(clock.elapsed()).to.equal(1_000);
    });

    it('lags by 5 ms at most while the event loop turns', () => {
      for (let passed = 0; passed < 200; passed++) {
        expect(clock.elapsed()).to.be.within(passed - 5, passed);
        time.tick(1);
      }
    });

    it('lags for at most 128 reads after the event loop was blocked', () => {
      clock.elapsed();
      blockEventLoop(500);

      const readings = Array.from({ length: 129 }, () => clock.elapsed());

      expect(readings[0]).to.equal(0);
      expect(readings.at(-1)).to.equal(500);
    });

    it('never goes back, and gives whole milliseconds', () => {
      let last = 0;
      for (let read = 0; read < 2_000; read++) {
        const elapsed = clock.elapsed();
        expect(elapsed).to.satisfy(Number.isInteger).and.to.be.at.least(last);
        last = elapsed;
        time.tick(read % 7);
        blockEventLoop(read % 3);
      }
    });

    it('leaves no timer armed when it is not called any more', () => {
      clock.elapsed();
      expect(time.countTimers()).to.equal(1);

      time.tick(20);

      expect(time.countTimers()).to.equal(0);
    });

    it('arms no timer before the first call', () => {
      expect(time.countTimers()).to.equal(0);
    });
  });

  describe('schedule', () => {
    it('runs the task once, when the delay has passed', () => {
      const task = sinon.spy();
      clock.schedule(250, task);

      time.tick(249);
      sinon.assert.notCalled(task);
      time.tick(1_000);

      sinon.assert.calledOnce(task);
    });

    it('does not run a cancelled task', () => {
      const task = sinon.spy();
      const cancel = clock.schedule(250, task);

      cancel();
      time.tick(1_000);

      sinon.assert.notCalled(task);
      expect(time.countTimers()).to.equal(0);
    });

    it('can be cancelled after it has run', () => {
      const cancel = clock.schedule(1, () => undefined);
      time.tick(1);

      expect(cancel).not.to.throw();
    });

    it('waits longer than setTimeout can', () => {
      const task = sinon.spy();
      clock.schedule(60 * dayMs, task);

      time.tick(60 * dayMs - 1);
      sinon.assert.notCalled(task);
      time.tick(1);

      sinon.assert.calledOnce(task);
    });

    it('cancels a long wait in any of its steps', () => {
      const task = sinon.spy();
      const cancel = clock.schedule(60 * dayMs, task);
      time.tick(30 * dayMs);

      cancel();

      expect(time.countTimers()).to.equal(0);
    });
  });

  /** As in a long synchronous computation, time passes and no timer runs. */
  function blockEventLoop(ms: number): void {
    blockedMs += ms;
  }
});

describe('SystemClock on real timers', () => {
  it('does not keep the process alive', () => {
    const before = process.getActiveResourcesInfo();

    new SystemClock().elapsed();

    expect(process.getActiveResourcesInfo()).to.deep.equal(before);
  });
});
