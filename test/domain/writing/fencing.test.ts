import { expect } from 'chai';
import type { Cache } from '../../../src/domain/cache';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

/** All calls that make an earlier read outdated. */
const invalidations: Readonly<Record<string, { readonly invalidate: (cache: Cache) => Promise<unknown>; readonly leaves: unknown }>> = {
  del: { invalidate: (cache) => cache.del('a'), leaves: undefined },
  delMany: { invalidate: (cache) => cache.delMany(['b', 'a']), leaves: undefined },
  set: { invalidate: (cache) => cache.set('a', 'set meanwhile'), leaves: 'set meanwhile' },
  setMany: { invalidate: (cache) => cache.setMany([{ key: 'a', value: 'set meanwhile' }]), leaves: 'set meanwhile' },
  'set to undefined': { invalidate: (cache) => cache.set('a', undefined), leaves: undefined },
  clear: { invalidate: (cache) => cache.clear(), leaves: undefined },
};

describe('Cache: a value that was read before an invalidation', () => {
  const build = caches();

  for (const [name, { invalidate, leaves }] of Object.entries(invalidations)) {
    for (const nonBlocking of [false, true]) {
      describe(`${name}${nonBlocking ? ', nonBlocking' : ''}`, () => {
        it('is returned when it was loaded, and not stored, in no tier', async () => {
          const one = build({ nonBlocking });
          const loads = one.listen('load');
          const { promise, resolve } = deferred<string>();
          const value = one.cache.wrap('a', () => promise);
          await one.settle();

          await invalidate(one.cache);
          resolve('loaded before');

          expect(await value).to.equal('loaded before');
          await one.settle();
          expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal([leaves, leaves]);
          expect(loads.map(({ outcome }) => outcome)).to.deep.equal(['fenced']);
        });

        it('does not come back when the read was overtaken', async () => {
          const one = build({ nonBlocking });
          one.plant('a', 'older');
          one.replies.hold('get');
          const read = [one.cache.get('a'), one.cache.wrap('a', () => 'loaded')];
          await one.settle();

          await invalidate(one.cache);
          one.replies.release();
          await Promise.all(read);
          await one.settle();

          expect([one.cache.peek('a'), await one.cache.get('a')]).to.deep.equal([leaves, leaves]);
        });

        it('is not stored when its load began while the invalidation was under way, and ended after it', async () => {
          const one = build({ nonBlocking });
          await one.cache.start();
          one.replies.hold('delete', 'set', 'updateTags');
          const invalidation = invalidate(one.cache);
          await one.settle();
          const { promise, resolve } = deferred<string>();
          const value = one.cache.wrap('a', () => promise);
          await one.settle();
          one.replies.release();
          await invalidation;
          await one.settle();
          resolve('loaded meanwhile');
          await value;
          await one.settle();

          expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal([leaves, leaves]);
        });

        it('does not come back when the read began while the invalidation was under way', async () => {
          const one = build({ nonBlocking });
          one.plant('a', 'older');
          await one.cache.start();
          one.replies.hold('get', 'delete', 'set', 'updateTags');
          one.store.delayMs = 10;
          const invalidation = invalidate(one.cache);
          const read = one.cache.get('a');
          await one.clock.advance(10);

          one.replies.release();
          await one.clock.advance(10);
          await Promise.all([invalidation, read]);

          expect(one.cache.peek('a')).to.equal(leaves);
        });

        it('is not joined by later callers: a new flight starts', async () => {
          const one = build({ nonBlocking });
          const [before, after] = [deferred<string>(), deferred<string>()];
          const old = one.cache.wrap('a', () => before.promise);
          await one.settle();
          await invalidate(one.cache);
          await one.settle();

          const young = one.cache.wrap('a', () => after.promise);
          after.resolve('loaded after');
          before.resolve('loaded before');

          expect(await old).to.equal('loaded before');
          expect(await young).to.equal(leaves ?? 'loaded after');
          await one.settle();
          expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(Array(2).fill(leaves ?? 'loaded after'));
        });

        it('is not stored when it was loaded in the background', async () => {
          const one = build({ nonBlocking, ttl: '10s', staleWhileRevalidate: '1m' });
          await one.cache.set('a', 'stale');
          await one.clock.advance(10_000);
          const { promise, resolve } = deferred<string>();
          await one.cache.wrap('a', () => promise);
          await one.settle();

          await invalidate(one.cache);
          resolve('loaded before');
          await one.settle();

          expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal([leaves, leaves]);
        });

        it('does not come back when its own write is answered late', async () => {
          const one = build({ nonBlocking });
          await one.cache.start();
          one.replies.hold('set');
          const value = one.cache.wrap('a', () => 'loaded before');
          await one.settle();
          const invalidation = invalidate(one.cache);
          await one.settle();

          one.replies.release();
          await Promise.all([value, invalidation]);
          await one.settle();

          expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal([leaves, leaves]);
        });
      });
    }
  }

  it('is not stored by a loader that deletes its own key', async () => {
    const one = build();

    const value = await one.cache.wrap('a', async () => {
      await one.cache.del('a');
      return 'loaded';
    });

    expect([value, one.cache.peek('a'), one.inL2('a')]).to.deep.equal(['loaded', undefined, undefined]);
  });

  it('is stored when another key was invalidated', async () => {
    const one = build();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();

    await one.cache.del('b');
    await one.cache.namespace('other').clear();
    resolve('loaded');
    await value;

    expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['loaded', 'loaded']);
  });

  it('gives way to the later of two writes, whichever is answered first', async () => {
    const one = build();
    await one.cache.start();
    one.replies.hold('set');
    const first = one.cache.set('a', 'first');
    const second = one.cache.set('a', 'second');
    await one.settle();

    one.replies.release();
    await Promise.all([first, second]);

    expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['second', 'second']);
  });

  it('answers a first set only when nothing older is left, although a second one is under way', async () => {
    const one = build({ hearsOthers: true });
    await one.cache.set('a', 'old');
    one.store.delayMs = 5;
    const first = one.cache.set('a', 'newer');
    await one.clock.advance(2);
    one.store.delayMs = 900;
    const second = one.cache.set('a', 'newest');
    await one.clock.advance(3);

    expect([await first, await one.cache.get('a')]).to.deep.equal(['done', undefined]);
    expect(one.cache.stats().evictions).to.include({ invalidated: 1 });
    await one.clock.advance(900);
    expect([await second, await one.cache.get('a')]).to.deep.equal(['done', 'newest']);
  });
});
