import { expect } from 'chai';
import { LastMinute } from '../../../src/domain/stats/last-minute';
import { FakeClock } from '../../../src/testing';

describe('LastMinute', () => {
  it('counts from the beginning as long as that is no minute ago', async () => {
    const clock = new FakeClock();
    const minute = new LastMinute(clock);

    await clock.advance(59_000);

    expect(minute.read(3, 1)).to.deep.equal({ hits: 3, misses: 1, hitRate: 0.75 });
  });

  it('counts from the reading a minute ago', async () => {
    const clock = new FakeClock();
    const minute = new LastMinute(clock);
    for (let scrape = 1; scrape <= 8; scrape++) {
      await clock.advance(15_000);
      minute.read(scrape * 100, scrape * 10);
    }

    await clock.advance(15_000);

    // 900 and 150 now, 500 and 50 at the fifth reading, which is exactly a minute ago.
    expect(minute.read(900, 150)).to.deep.equal({ hits: 400, misses: 100, hitRate: 0.8 });
  });

  it('counts from the last reading where that is longer ago', async () => {
    const clock = new FakeClock();
    const minute = new LastMinute(clock);
    await clock.advance(15_000);
    minute.read(10, 0);

    await clock.advance(300_000);

    expect(minute.read(30, 0)).to.deep.equal({ hits: 20, misses: 0, hitRate: 1 });
  });

  it('does not mind two readers, or a thousand', async () => {
    const clock = new FakeClock();
    const minute = new LastMinute(clock);
    for (let ms = 0; ms < 120_000; ms += 100) {
      await clock.advance(100);
      minute.read(ms, 0);
    }

    expect(minute.read(130_000, 0).hits).to.be.closeTo(70_000, 1_100);
  });

  it('takes readings that are less than a second apart for one, and remembers the first of them', async () => {
    const clock = new FakeClock();
    const minute = new LastMinute(clock);
    await clock.advance(10_000);
    minute.read(10, 0);
    await clock.advance(999);
    minute.read(20, 0);
    await clock.advance(1);
    minute.read(30, 0);

    await clock.advance(59_999);
    expect(minute.read(100, 0).hits).to.equal(90);
    await clock.advance(1);
    expect(minute.read(100, 0).hits).to.equal(70);
  });

  it('has a rate of 0 where nothing was read', () => {
    expect(new LastMinute(new FakeClock()).read(0, 0)).to.deep.equal({ hits: 0, misses: 0, hitRate: 0 });
  });
});
