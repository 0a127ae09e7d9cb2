import { expect } from 'chai';
import { CacheEmitter, type CacheEvents } from '../../../src/domain/events/cache-events';
import { Reporter } from '../../../src/domain/events/reporter';
import type { CacheEvent } from '../../../src/ports/metrics-sink';
import { FakeClock, RecordingLogger, testKey } from '../../../src/testing';

const key = testKey('a');

describe('Reporter', () => {
  const build = () => {
    const [clock, logger] = [new FakeClock(), new RecordingLogger()];
    const emitter = new CacheEmitter(logger);
    const sunk: CacheEvent[] = [];
    return { clock, emitter, sunk, reporter: new Reporter({ record: (event) => void sunk.push(event) }, emitter, logger, clock) };
  };

  it('times one L1 hit in 64, which stands for all of them', async () => {
    const { clock, reporter } = build();
    await clock.advance(10_000);
    const timed: number[] = [];
    for (let hit = 1; hit <= 3 * 64 - 1; hit++) {
      const began = reporter.begin();
      if (began >= 0) timed.push(hit);
      await clock.advance(2);
      reporter.localHit(key, began);
    }

    expect(timed).to.deep.equal([64, 128]);
    expect(reporter.counts.hit.l1).to.equal(3 * 64 - 1);
    expect(reporter.durations.stats().l1Get).to.include({ count: 128, sumMs: 256 });
  });

  it('gives an L1 hit to the metrics sink, and to listeners as long as there are any', () => {
    const { emitter, reporter, sunk } = build();
    const heard: CacheEvents['hit'][] = [];
    const stop = emitter.on('hit', (event) => heard.push(event));
    emitter.on('miss', () => undefined);
    reporter.localHit(key, reporter.begin());
    stop();
    reporter.localHit(key, reporter.begin());

    expect(heard).to.deep.equal([{ key, tier: 'l1' }]);
    expect(sunk).to.deep.equal([
      { name: 'hit', tier: 'l1' },
      { name: 'hit', tier: 'l1' },
    ]);
  });

  it('records the time since an operation began, for each operation that it stands for', async () => {
    const { clock, reporter } = build();
    await clock.advance(10_000);
    const began = clock.precise();
    await clock.advance(7);
    reporter.recordDuration('l2Get', began, 3);
    reporter.recordDuration('l2Set', began);

    expect(reporter.durations.stats().l2Get).to.include({ count: 3, sumMs: 21 });
    expect(reporter.durations.stats().l2Set).to.include({ count: 1, sumMs: 7 });
  });
});
