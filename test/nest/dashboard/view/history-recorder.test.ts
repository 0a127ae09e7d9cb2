import { expect } from 'chai';
import { stub } from 'sinon';
import { HistoryRecorder } from '../../../../src/nest/dashboard/view/history-recorder';
import { TrafficHistory } from '../../../../src/nest/dashboard/view/histories';
import { caches } from '../../../builders/caches';
import type { CacheUnderTest } from '../../../builders/cache-under-test';

describe('HistoryRecorder', () => {
  const recorders: HistoryRecorder[] = [];

  // Before the check for running timers.
  afterEach(() => {
    for (const recorder of recorders.splice(0)) recorder.stop();
  });

  const build = caches();

  function record({ clock, cache }: CacheUnderTest): HistoryRecorder {
    const recorder = new HistoryRecorder(clock);
    recorders.push(recorder);
    recorder.start([cache]);
    return recorder;
  }

  it('records for every 5 seconds the number of reads by the place of the answer', async () => {
    const one = build();
    await one.cache.start();
    one.plant('far', 1);
    await one.cache.set('near', 1);
    const recorder = record(one);

    await one.cache.getMany(['near', 'near', 'far', 'nowhere']);
    await one.clock.advance(5_000);
    await one.cache.get('near');
    await one.clock.advance(6_000);

    expect(recorder.trafficOf(one.cache)).to.deep.equal([
      { agoMs: 6_000, forMs: 5_000, l1: 2, l2: 1, misses: 1 },
      { agoMs: 1_000, forMs: 5_000, l1: 1, l2: 0, misses: 0 },
    ]);
  });

  it('does not record reads before the start', async () => {
    const one = build({ l2: 'none' });
    await one.cache.get('nowhere');
    const recorder = record(one);

    await one.clock.advance(5_000);

    expect(recorder.trafficOf(one.cache)).to.deep.equal([{ agoMs: 0, forMs: 5_000, l1: 0, l2: 0, misses: 0 }]);
  });

  it('finds namespaces that are made later, with all that they did', async () => {
    const one = build({ l2: 'none' });
    const recorder = record(one);
    await one.clock.advance(5_000);
    const users = one.cache.namespace('users');
    await users.get('nowhere');

    await one.clock.advance(5_000);

    expect(recorder.trafficOf(users)).to.deep.equal([{ agoMs: 0, forMs: 5_000, l1: 0, l2: 0, misses: 1 }]);
  });

  it('keeps 15 minutes', async () => {
    const one = build({ l2: 'none' });
    const recorder = record(one);

    await one.clock.advance(20 * 60_000);

    const samples = recorder.trafficOf(one.cache) ?? [];
    expect(samples).to.have.length(180);
    expect(samples[0]!.agoMs + samples[0]!.forMs).to.equal(15 * 60_000);
  });

  it('records reads from a time without readings, as of a process that stood still', async () => {
    const one = build({ l2: 'none' });
    const history = new TrafficHistory(0);
    await one.cache.get('nowhere');

    history.record(one.cache.stats(), 60 * 60_000);

    expect(history.samples(60 * 60_000)).to.deep.equal([{ agoMs: 0, forMs: 60 * 60_000, l1: 0, l2: 0, misses: 1 }]);
  });

  it('records 100 namespaces and no more', async () => {
    const one = build({ l2: 'none' });
    const recorder = record(one);
    const made = Array.from({ length: 100 }, (_, index) => one.cache.namespace(`n${index}`));

    await one.clock.advance(5_000);

    expect(recorder.trafficOf(made[98]!)).to.have.length(1);
    expect(recorder.trafficOf(made[99]!)).to.be.undefined;
  });

  it('goes on with the others when one cannot be read, and with that one when it can be read again', async () => {
    const one = build({ l2: 'none' });
    const users = one.cache.namespace('users');
    const recorder = record(one);
    const stats = stub(one.cache, 'stats').throws(new Error('unreadable'));
    await one.clock.advance(5_000);
    stats.restore();

    await one.clock.advance(5_000);

    expect(recorder.trafficOf(users)).to.have.length(2);
    expect(recorder.trafficOf(one.cache)).to.deep.equal([{ agoMs: 0, forMs: 10_000, l1: 0, l2: 0, misses: 0 }]);
  });

  it('records the outages of L2, with reason and duration', async () => {
    const one = build();
    await one.cache.start();
    const recorder = record(one);
    await one.clock.advance(60_000);

    one.probe.down('cut off');
    await one.clock.advance(30_000);
    one.probe.up();
    await one.clock.advance(10_000);

    const periods = recorder.l2PeriodsOf(one.cache);
    expect(periods.map(({ state }) => state)).to.deep.equal(['up', 'recovering', 'down', 'up']);
    const down = periods[2];
    expect(down).to.include({ reason: 'cut off', lastedMs: 30_000, agoMs: 40_000 });
  });

  it('begins with an outage that was there before it', async () => {
    const one = build();
    await one.cache.start();
    one.probe.down('cut off');
    await one.clock.advance(10_000);

    const recorder = record(one);

    expect(recorder.l2PeriodsOf(one.cache)).to.deep.equal([{ state: 'down', reason: 'cut off', agoMs: 10_000, lastedMs: 10_000 }]);
  });

  it('keeps the last 50 changes of L2', async () => {
    const one = build();
    await one.cache.start();
    const recorder = record(one);

    for (let outage = 0; outage < 20; outage++) {
      one.probe.down(`outage ${outage}`);
      await one.clock.advance(1_000);
      one.probe.up();
      await one.clock.advance(10_000);
    }

    const periods = recorder.l2PeriodsOf(one.cache);
    expect(periods).to.have.length(50);
    expect(periods.find(({ state }) => state === 'down')?.reason).to.equal('outage 19');
  });

  it('records nothing of L2 if there is none', () => {
    const one = build({ l2: 'none' });

    const recorder = record(one);

    expect(recorder.l2PeriodsOf(one.cache)).to.deep.equal([]);
  });

  it('removes its timer and its listeners', async () => {
    const one = build();
    await one.cache.start();
    const before = one.clock.waiting;
    const recorder = record(one);

    recorder.stop();

    expect(one.clock.waiting).to.equal(before);
    one.probe.down('cut off');
    expect(recorder.l2PeriodsOf(one.cache)).to.have.length(1);
  });
});
