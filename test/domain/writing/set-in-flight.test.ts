import { expect } from 'chai';
import { FakeBus, FakeMedium } from '../../../src/testing';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

interface Pair {
  readonly one: CacheUnderTest;
  readonly other: CacheUnderTest;
  readonly bus: FakeBus;
}

const changes = {
  clear: ({ cache }: CacheUnderTest): Promise<unknown> => cache.clear(),
  delByTag: ({ cache }: CacheUnderTest): Promise<unknown> => cache.delByTag('t'),
  'delByTag of several tags': ({ cache }: CacheUnderTest): Promise<unknown> => cache.delByTag(['other', 't']),
  "delByTag with mode 'expire'": ({ cache }: CacheUnderTest): Promise<unknown> => cache.delByTag(['t'], { mode: 'expire' }),
  del: ({ cache }: CacheUnderTest): Promise<unknown> => cache.del('a'),
  expire: ({ cache }: CacheUnderTest): Promise<unknown> => cache.expire('a'),
  set: ({ cache }: CacheUnderTest): Promise<unknown> => cache.set('a', 'older', { tags: ['t'] }),
  'clear of the namespace below': ({ cache }: CacheUnderTest): Promise<unknown> => cache.namespace('below', { sharedTags: true }).clear(),
};

describe('Cache: a set in flight', () => {
  const build = caches();

  /** Two processes on one server, and the messages to the first are held. */
  const pair = async (options: UnderTestOptions = {}): Promise<Pair> => {
    const medium = new FakeMedium();
    const [bus, otherBus] = [new FakeBus(medium), new FakeBus(medium)];
    bus.probe.up();
    otherBus.probe.up();
    const one = build({ ...options, node: 'one', bus });
    const other = build({ node: 'other', bus: otherBus });
    other.replies.redirectTo(one.store);
    await other.cache.start();
    bus.hold();
    return { one, other, bus };
  };

  for (const [name, change] of Object.entries(changes)) {
    describe(`while the message about an earlier ${name} of another process arrives`, () => {
      for (const isBelow of [false, true]) {
        it(`is kept in L2${isBelow ? ', in a namespace below that shares the tags' : ''}`, async () => {
          const { bus, one, other } = await pair();
          const [here, there] = [one, other].map(({ cache }) => (isBelow ? cache.namespace('below', { sharedTags: true }) : cache));
          await here?.set('a', 'oldest', { tags: ['t'] });
          await change(other);
          await other.settle();
          one.replies.hold('set');

          const set = here?.set('a', 'new', { tags: ['t'] });
          await one.settle();
          bus.release();
          await one.settle();
          one.replies.release();

          expect(await set).to.equal('done');
          await other.settle();
          expect([await here?.get('a'), await there?.get('a')]).to.deep.equal(['new', 'new']);
        });
      }

      it('is kept where the message comes before the connection', async () => {
        const opened = deferred();
        const { bus, one, other }: Pair = await pair({ driver: { open: () => opened.promise.then(() => one.driver.open()) } });
        await change(other);
        await other.settle();

        const set = one.cache.set('a', 'new', { tags: ['t'] });
        await one.settle();
        bus.release();
        await one.settle();
        opened.resolve();

        expect(await set).to.equal('done');
        await other.settle();
        expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal(['new', 'new']);
      });
    });
  }

  it('is kept while a message is lost', async () => {
    const { bus, one, other } = await pair();
    await other.cache.clear();
    one.replies.hold('set');

    const set = one.cache.set('a', 'new');
    await one.settle();
    bus.receiveNoise();
    await one.settle();
    one.replies.release();

    expect(await set).to.equal('done');
    expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal(['new', 'new']);
  });

  for (const name of ['clear', 'delByTag', 'delByTag of several tags', "delByTag with mode 'expire'", 'del', 'expire'] as const) {
    const change = changes[name];
    it(`does not come back after a later ${name} of this process, which L2 applies before it answers with the times`, async () => {
      const { one, other } = await pair();
      await one.cache.set('a', 'oldest', { tags: ['t'] });
      const set = one.cache.set('a', 'new', { tags: ['t'] });
      // The command of the set has been sent, and the question for the times leaves at the end of the turn.
      one.store.delayMs = 50;
      await one.settle();
      one.store.delayMs = 0;
      const changed = change(one);
      await one.clock.advance(50);
      await Promise.all([set, changed]);
      await one.settle();

      expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal([undefined, undefined]);
    });

    it(`does not come back after a later ${name} of this process, although the message about an earlier one arrives`, async () => {
      const { bus, one, other } = await pair();
      await other.cache.delByTag('t');
      await other.cache.clear();
      one.replies.hold('set');

      const set = one.cache.set('a', 'new', { tags: ['t'] });
      await one.settle();
      const changed = change(one);
      await one.settle();
      bus.release();
      await one.settle();
      one.replies.release();
      await Promise.all([set, changed]);
      await one.settle();

      expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal([undefined, undefined]);
    });
  }

  it('does not come back over a later set of this process', async () => {
    const { bus, one, other } = await pair();
    await other.cache.clear();
    one.replies.hold('set');

    const first = one.cache.set('a', 'new', { tags: ['t'] });
    await one.settle();
    const second = one.cache.set('a', 'newest', { tags: ['t'] });
    await one.settle();
    bus.release();
    await one.settle();
    one.replies.release();
    await Promise.all([first, second]);
    await one.settle();

    expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal(['newest', 'newest']);
  });

  it('is kept where this process was asked for the invalidation before it, and L2 answers that one later', async () => {
    const { one, other } = await pair();
    await one.cache.start();
    one.replies.hold('updateTags');

    const removed = one.cache.delByTag('t');
    await one.settle();
    one.replies.hold('set');
    const set = one.cache.set('a', 'new', { tags: ['t'] });
    await one.settle();
    one.replies.release();

    expect(await Promise.all([removed, set])).to.deep.equal(['done', 'done']);
    expect([await one.cache.get('a'), await other.cache.get('a')]).to.deep.equal(['new', 'new']);
  });
});
