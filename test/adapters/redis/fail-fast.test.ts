import { expect } from 'chai';
import { reconnectOnReadonly } from '../../../src/adapters/redis/fail-fast';
import { retryDelayMs } from '../../../src/adapters/resp/connection-options';
import { FakeClock } from '../../../src/testing';

const readonly = new Error("READONLY You can't write against a read only replica.");

describe('The fail-fast options of ioredis', () => {
  it('wait longer with each attempt, at most 2 s, with jitter, and never give up', () => {
    const bounds: readonly [attempt: number, least: number, most: number][] = [
      [1, 25, 50],
      [2, 50, 100],
      [5, 400, 800],
      [7, 1_000, 2_000],
      [1_000_000, 1_000, 2_000],
    ];

    for (const [attempt, least, most] of bounds) {
      const delays = Array.from({ length: 200 }, () => retryDelayMs(attempt));
      for (const delay of delays) expect(delay).to.be.within(least, most);
      expect(new Set(delays).size).to.be.above(5);
    }
  });

  it('reconnect after READONLY, but not again within 10 s', async () => {
    const clock = new FakeClock();
    const reconnect = reconnectOnReadonly(clock);

    const first = reconnect(readonly);
    const second = reconnect(readonly);
    await clock.advance(10_000);
    const third = reconnect(readonly);

    expect([first, second, third]).to.deep.equal([true, false, true]);
  });

  it('keep the connection after every other error', () => {
    expect(reconnectOnReadonly(new FakeClock())(new Error('OOM command not allowed'))).to.equal(false);
  });
});
