import { FakeBus, FakeMedium } from '../../../src/testing/fake-bus';

import { expect } from 'chai';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: nonBlocking', () => {
  const build = caches();

  async function buildStarted(): Promise<CacheUnderTest> {
    const one = build({ nonBlocking: true });
    await one.cache.start();
    return one;
  }

  it("answers every write with 'pending' at once, with L1 changed, while L2 hangs", async () => {
    const one = await buildStarted();
    for (const key of ['b', 'c']) await one.cache.set(key, 'older');
    await one.settle();
    one.store.hang();

    expect([await one.cache.set('a', 1), await one.cache.del('b')]).to.deep.equal(['pending', 'pending']);
    expect(['a', 'b', 'c'].map((key) => one.cache.peek(key))).to.deep.equal([1, undefined, 'older']);
    expect(await one.cache.clear()).to.equal('pending');
    expect(['a', 'b', 'c'].map((key) => one.cache.peek(key))).to.deep.equal([undefined, undefined, undefined]);
  });

  it("answers 'done' where there is no L2 to wait for", async () => {
    const { cache } = build({ nonBlocking: true, l2: 'none' });

    expect([await cache.set('a', 1), await cache.del('a'), await cache.clear()]).to.deep.equal(['done', 'done', 'done']);
  });

  it('sends the write in the background', async () => {
    const one = await buildStarted();
    await one.cache.set('a', 1);
    await one.settle();

    expect(one.inL2('a')?.value).to.equal(1);
    await one.cache.del('a');
    await one.settle();
    expect(one.inL2('a')).to.equal(undefined);
  });

  it('does not make a caller of wrap wait for the write', async () => {
    const one = await buildStarted();
    one.replies.hold('set');

    expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    expect(one.cache.peek('a')).to.equal('loaded');
  });

  it('reports the outcome of the write to events and metrics', async () => {
    const one = await buildStarted();
    const events = [one.listen('set'), one.listen('del'), one.listen('clear')];
    one.replies.hold('set', 'delete', 'clear');
    await one.cache.set('a', 1);
    await one.cache.del('b');
    await one.cache.clear();
    expect(events).to.deep.equal([[], [], []]);

    one.replies.release();
    await one.settle();
    expect(events).to.deep.equal([[{ key: 'a', outcome: 'done' }], [{ key: 'b', outcome: 'done' }], [{ outcome: 'done' }]]);

    one.store.fail();
    await one.cache.set('a', 1);
    await one.settle();
    expect(events[0]?.at(-1)).to.deep.equal({ key: 'a', outcome: 'pending' });
    expect(one.metrics.filter(({ name }) => name === 'write').map((event) => 'outcome' in event && event.outcome)).to.deep.equal([
      'done',
      'done',
      'done',
      'pending',
    ]);
  });

  it('remembers a key that L2 did not take, and keeps the value for degradedTtl from then on', async () => {
    const one = await buildStarted();
    one.store.fail();
    await one.cache.set('a', 1);
    await one.settle();
    expect([one.cache.peek('a'), one.cache.health().l2?.pending]).to.deep.equal([1, 1]);

    one.probe.down();
    await one.clock.advance(5_000);

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  for (const [name, invalidate] of Object.entries({
    del: (one: CacheUnderTest) => one.cache.del('a'),
    clear: (one: CacheUnderTest) => one.cache.clear(),
    set: async (one: CacheUnderTest) => {
      await one.cache.set('a', 'newer');
      for (let evicting = 0; evicting < one.settings.primary.lruSize; evicting++) one.plant(`other:${evicting}`, 1);
      for (let evicting = 0; evicting < one.settings.primary.lruSize; evicting++) await one.cache.get(`other:${evicting}`);
    },
  })) {
    const answers = name === 'set' ? ['newer', true, 'newer'] : [undefined, false, 'loaded'];
    it(`does not read the older value from L2 while ${name} is on its way there`, async () => {
      const one = build({ nonBlocking: true, primary: { lruSize: 3 } });
      await one.cache.set('a', 'older');
      await one.settle();
      const { payload } = one.store.peek(one.remoteKey('a'))!;
      one.replies.hold('delete', 'clear', 'set');
      await invalidate(one);
      one.store.plant(one.remoteKey('a'), payload);

      expect([await one.cache.get('a'), await one.cache.has('a'), await one.cache.wrap('a', () => 'loaded')]).to.deep.equal(answers);
    });
  }

  it("waits for L2 with whenUnreachable: 'reject'", async () => {
    const one = await buildStarted();
    one.store.fail();

    expect(await rejectionOf(one.cache.set('a', 1, { whenUnreachable: 'reject' }))).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
  });

  it('leaves no write running: close waits for writes in flight', async () => {
    const one = await buildStarted();
    one.store.delayMs = 200;
    await one.cache.set('a', 1);
    await one.cache.del('b');
    let closed = false;
    const closing = one.cache.close().then(() => (closed = true));

    await one.clock.advance(199);
    expect(closed).to.equal(false);
    await one.clock.advance(1);
    await closing;

    expect(one.inL2('a')?.value).to.equal(1);
  });

  it('may be asked for, or refused, by one set', async () => {
    const one = await buildStarted();
    const blocking = build();
    await blocking.cache.start();
    one.replies.hold('set');
    blocking.replies.hold('set');
    let answered = 0;

    expect(await blocking.cache.set('a', 1, { nonBlocking: true })).to.equal('pending');
    const waiting = one.cache.set('a', 1, { nonBlocking: false }).then(() => answered++);
    await one.settle();
    expect(answered).to.equal(0);

    one.replies.release();
    blocking.replies.release();
    await waiting;
  });

  it('reads a value that was set before L2 has it, also when L1 may not answer by itself', async () => {
    const one = build({ nonBlocking: true, ttl: { primary: 0, secondary: '1m' } });
    one.replies.hold('set');
    await one.cache.set('a', 1);
    await one.cache.set('a', 2);

    expect(await one.cache.get('a')).to.equal(2);
    expect(await one.cache.has('a')).to.equal(true);
    expect(await one.cache.wrap('a', () => 'loaded')).to.equal(2);
    one.replies.release();
    await one.settle();
  });

  it('reads the value from L2 after the write has arrived there', async () => {
    const one = build({ nonBlocking: true, ttl: { primary: 0, secondary: '1m' } });
    one.replies.hold('set');
    await one.cache.set('a', 1);
    expect(await one.cache.get('a')).to.equal(1);
    one.replies.release();
    await one.settle();

    expect([await one.cache.get('a'), one.inL2('a')?.value, one.calls('get')]).to.deep.equal([1, 1, 1]);
  });

  it('reads nothing of a value in flight after a delete or a clear', async () => {
    const one = build({ nonBlocking: true, ttl: { primary: 0, secondary: '1m' } });
    for (const invalidate of [() => one.cache.del('a'), () => one.cache.clear()]) {
      one.replies.hold('set', 'delete', 'clear');
      await one.cache.set('a', 1);
      await invalidate();

      expect(await one.cache.get('a')).to.equal(undefined);
      one.replies.release();
      await one.settle();
    }
  });

  it('reads nothing of a value in flight after another process has changed the key', async () => {
    const medium = new FakeMedium();
    const one = build({ nonBlocking: true, bus: new FakeBus(medium) });
    const other = new FakeBus(medium);
    await one.cache.start();
    one.replies.hold('set');
    await one.cache.set('a', 1);
    await other.publish({ version: 1, node: 'other', sequence: 1, namespace: 'tiercel', keys: ['a'] });
    await one.settle();

    expect(await one.cache.get('a')).to.equal(undefined);
    one.replies.release();
    await one.settle();
  });
});
