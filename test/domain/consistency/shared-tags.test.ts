import { expect } from 'chai';
import type { Cache } from '../../../src/domain/cache';
import type { LoadContext } from '../../../src/domain/reading/loader';
import { FakeBus, FakeMedium } from '../../../src/testing';
import { testKey } from '../../../src/testing/suite-tools';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

const arrangements: Readonly<Record<string, UnderTestOptions>> = {
  'with L1 alone': { l2: 'none' },
  'with L2 and no bus': {},
  'with L2 and a bus': { hearsOthers: true },
  'without L1 answers': { ttl: { primary: 0, secondary: '1h' } },
};

/** The values under one key in several namespaces. */
function valuesIn(...namespaces: readonly Cache[]): Promise<unknown[]> {
  return Promise.all(namespaces.map((one) => one.get('k')));
}

async function setIn(...namespaces: readonly Cache[]): Promise<void> {
  await Promise.all(namespaces.map((one) => one.set('k', 1, { tags: ['t'] })));
}

describe('Cache: namespaces that share tags', () => {
  const build = caches();

  for (const [name, options] of Object.entries(arrangements)) {
    describe(name, () => {
      it('lose the entries of a tag together, wherever it is removed, and no others', async () => {
        const { cache } = build(options);
        const [users, lists, alone] = [
          cache.namespace('users', { sharedTags: true }),
          cache.namespace('lists', { sharedTags: true }),
          cache.namespace('alone'),
        ];
        for (const caller of [cache, users]) {
          await setIn(cache, users, lists, alone);
          await users.set('other', 2, { tags: ['u'] });
          await caller.delByTag('t');

          expect(await valuesIn(cache, users, lists, alone)).to.deep.equal([undefined, undefined, undefined, 1]);
          expect(await users.get('other')).to.equal(2);
        }
        await setIn(alone, users);
        await alone.delByTag('t');
        expect(await valuesIn(alone, users)).to.deep.equal([undefined, 1]);
      });

      it('are cleared with the one above, or alone', async () => {
        const { cache } = build(options);
        const users = cache.namespace('users', { sharedTags: true });
        const lists = cache.namespace('lists', { sharedTags: true });
        const alone = cache.namespace('alone');
        await setIn(cache, users, lists, alone);
        await users.set('untagged', 1);
        await users.clear();
        expect(await valuesIn(cache, users, lists, alone)).to.deep.equal([1, undefined, 1, 1]);
        expect(await users.get('untagged')).to.equal(undefined);

        await users.set('k', 2);
        expect(await users.get('k')).to.equal(2);
        await cache.clear();
        expect(await valuesIn(cache, users, lists, alone)).to.deep.equal([undefined, undefined, undefined, 1]);
      });

      it('store no load that began before a removal or a clear above', async () => {
        const one = build(options);
        const users = one.cache.namespace('users', { sharedTags: true });
        for (const remove of [() => one.cache.delByTag('t'), () => one.cache.clear(), () => users.clear()]) {
          const { promise, resolve } = deferred<string>();
          const old = users.wrap('k', async (load: LoadContext) => {
            const value = await promise;
            load.setTags(['t']);
            return value;
          });
          await one.settle();
          await remove();
          resolve('old');
          await old;
          await one.settle();

          expect(await users.get('k')).to.equal(undefined);
        }
      });
    });
  }

  it('share them by the option of the cache, down to the innermost, unless one has tags of its own', async () => {
    const { cache } = build({ sharedTags: true });
    const users = cache.namespace('users', { ttl: '1h' });
    const inner = users.namespace('inner');
    const own = cache.namespace('own', { sharedTags: false });
    const belowOwn = own.namespace('inner');
    await setIn(cache, users, inner, own, belowOwn);
    await inner.delByTag('t');
    expect(await valuesIn(cache, users, inner, own, belowOwn)).to.deep.equal([undefined, undefined, undefined, 1, 1]);

    expect(() => cache.namespace('users', { ttl: '1h', sharedTags: false }))
      .to.throw()
      .with.property('code', 'CACHE_OPTION_INVALID');
    expect(() => cache.namespace('new', { sharedTags: 'yes' } as never)).to.throw(/sharedTags: expected/);
  });

  for (const [name, options] of Object.entries(arrangements)) {
    it(`clears the innermost with each one above, ${name}`, async () => {
      const one = build({ ...options, sharedTags: true });
      const users = one.cache.namespace('users');
      const inner = users.namespace('inner');
      const beside = one.cache.namespace('users-too');
      for (const above of [one.cache, users, inner]) {
        for (const isAway of options.l2 === 'none' ? [false] : [false, true]) {
          await Promise.all([inner, beside].map((each) => each.set('k', 1)));
          if (isAway) one.driver.goAway();
          expect(await above.clear()).to.equal(isAway ? 'pending' : 'done');
          expect(await inner.get('k')).to.equal(undefined);
          one.driver.comeBack();
          await one.settle();
          expect(await valuesIn(inner, beside)).to.deep.equal([undefined, above === one.cache ? undefined : 1]);
        }
      }
    });
  }

  it('are those of one namespace above, however their own name is reached', () => {
    const { cache } = build();
    const inner = cache.namespace('a:b', { sharedTags: true });
    const a = cache.namespace('a');
    const open = [
      () => a.namespace('b'),
      () => a.namespace('b', { sharedTags: true }),
      () => cache.namespace('a:b', { sharedTags: false }),
    ];
    for (const one of open) expect(one).to.throw().with.property('code', 'CACHE_OPTION_INVALID');
    expect([cache.namespace('a:b'), cache.namespace('a:b', { sharedTags: true })]).to.deep.equal([inner, inner]);

    const sharing = build({ sharedTags: true }).cache;
    const own = sharing.namespace('own', { sharedTags: false });
    expect([sharing.namespace('own'), sharing.namespace('a').namespace('b'), sharing.namespace('a:b')]).to.deep.equal([
      own,
      sharing.namespace('a:b'),
      sharing.namespace('a').namespace('b'),
    ]);
  });

  it('says in explain that such an entry was cleared', async () => {
    const one = build({ ttl: { primary: 0, secondary: '1h' } });
    const users = one.cache.namespace('users', { sharedTags: true });
    await users.set('k', 1, { tags: ['t'] });
    await users.clear();
    const { l2 } = await users.explain('k');
    expect(typeof l2 === 'object' && l2.state).to.equal('cleared');
  });

  it('name the tags of the application alone', async () => {
    const one = build({ ttl: '10s', staleIfError: '1h' });
    const users = one.cache.namespace('users', { sharedTags: true });
    await users.set('k', 1, { tags: ['t'] });
    await users.set('untagged', 1);
    expect([users.inspector().entry(testKey('k'))?.tags, users.inspector().entry(testKey('untagged'))?.tags]).to.deep.equal([['t'], []]);
    const { l2 } = await users.explain('k');
    expect(typeof l2 === 'object' && l2.tags.map((tag) => tag.name)).to.deep.equal(['t']);

    await one.clock.advance(11_000);
    let tags: readonly string[] | undefined;
    await users.wrap('k', ({ stale }) => {
      tags = stale?.tags;
      return 2;
    });
    expect(tags).to.deep.equal(['t']);
  });

  it('are not confused by a tag that looks like the one of all their entries', async () => {
    const { cache } = build();
    const users = cache.namespace('users', { sharedTags: true });
    await users.set('k', 1, { tags: ['%namespace:tiercel:users'] });
    await users.set('other', 1);
    expect(await users.get('k')).to.equal(1);
    await cache.delByTag('%namespace:tiercel:users');
    expect([await users.get('k'), await users.get('other')]).to.deep.equal([undefined, 1]);
  });

  describe('between processes', () => {
    /** Two processes on one server and one bus. */
    const pair = async (of: (cache: Cache, index: number) => Cache): Promise<{ one: CacheUnderTest; caches: Cache[]; inner: Cache[] }> => {
      const medium = new FakeMedium();
      const made = ['one', 'other'].map((node) => {
        const bus = new FakeBus(medium);
        bus.probe.up();
        return build({ node, bus });
      });
      const [one, other] = made as [CacheUnderTest, CacheUnderTest];
      other.replies.redirectTo(one.store);
      await Promise.all(made.map(({ cache }) => cache.start()));
      return { one, caches: made.map(({ cache }) => cache), inner: made.map(({ cache }, i) => of(cache, i)) };
    };

    it('leave the L1 of the other process, and L2, with a removal or a clear above', async () => {
      const { one, caches: outer, inner } = await pair((cache) => cache.namespace('users', { sharedTags: true }));
      for (const remove of [
        () => outer[0]!.delByTag('t'),
        () => outer[0]!.clear(),
        () => inner[0]!.clear(),
        () => inner[0]!.delByTag('t'),
      ]) {
        await inner[0]!.set('k', 1, { tags: ['t'] });
        await one.settle();
        expect(await inner[1]!.get('k')).to.equal(1);
        await remove();
        await one.settle();
        expect([inner[1]!.peek('k'), ...(await valuesIn(...inner))]).to.deep.equal([undefined, undefined, undefined]);
      }
    });

    for (const [how, remove] of [
      ['a removal', (cache: Cache) => cache.delByTag('t')],
      ['a clear', (cache: Cache) => cache.clear()],
    ] as const) {
      it(`find ${how} in L2 at once, also before the message or without one`, async () => {
        const medium = new FakeMedium();
        const [one, other] = ['one', 'other'].map((node) => {
          const bus = new FakeBus(medium);
          bus.probe.up();
          return { bus, under: build({ node, bus, primary: { lruSize: 1 } }) };
        }) as [{ bus: FakeBus; under: CacheUnderTest }, { bus: FakeBus; under: CacheUnderTest }];
        other.under.replies.redirectTo(one.under.store);
        await Promise.all([one.under.cache.start(), other.under.cache.start()]);
        const [mine, theirs] = [one, other].map(({ under }) => under.cache.namespace('users', { sharedTags: true })) as [Cache, Cache];
        await mine.set('k', 'old', { tags: ['t'] });
        await mine.delByTag('elsewhere'); // from now on the times of the tags matter
        await one.under.settle();
        expect(await theirs.get('k')).to.equal('old');
        await theirs.set('filler', 1); // L1 has room for one entry
        other.bus.hold();
        expect(await remove(mine)).to.equal('done');

        expect(await theirs.get('k')).to.equal(undefined);
      });
    }

    it('miss the entries of a process that does not share them, in both directions, and delete them', async () => {
      const { caches: outer, inner } = await pair((cache, index) => cache.namespace('users', { sharedTags: index === 0 }));
      for (const [writer, reader] of [inner, inner.toReversed()] as [Cache, Cache][]) {
        for (const tags of [['t'], []]) {
          await writer.set('k', 1, { tags });
          await reader.del('elsewhere');
          expect([await reader.has('k'), await reader.get('k'), await writer.get('k')]).to.deep.equal([false, undefined, 1]);
          await reader.del('k');
          expect((await outer[0]!.namespace('users').explain('k')).l2).to.equal('absent');
        }
      }
    });
  });

  describe('when L2 is away', () => {
    it('read no entry with a tag that is pending, nor any while a clear above is, and find both removed afterwards', async () => {
      const one = build({ ttl: { primary: 0, secondary: '1h' } });
      const users = one.cache.namespace('users', { sharedTags: true });
      for (const remove of [() => one.cache.delByTag('t'), () => users.delByTag('t'), () => one.cache.clear(), () => users.clear()]) {
        await users.set('k', 1, { tags: ['t'] });
        one.driver.goAway();
        expect(await remove()).to.equal('pending');
        one.driver.comeBack();
        await one.settle();
        expect([await users.get('k'), one.cache.health().l2?.pending]).to.deep.equal([undefined, 0]);
      }
    });

    it('are emptied with more pending tags than fit', async () => {
      const one = build({ maxPending: 1 });
      const users = one.cache.namespace('users', { sharedTags: true });
      await users.set('k', 1);
      one.driver.goAway();
      await users.delByTag('t', 'u');
      one.driver.comeBack();
      await one.settle();

      expect(await users.get('k')).to.equal(undefined);
    });
  });

  for (const lost of ['state', 'tag:%namespace:tiercel:users']) {
    it(`miss everything once when the server has lost ${lost}`, async () => {
      const one = build({ ttl: { primary: 0, secondary: '1h' } });
      const users = one.cache.namespace('users', { sharedTags: true });
      await users.set('k', 1);
      await one.cache.delByTag('elsewhere');
      await one.store.delete([testKey(`tiercel:v1~{tiercel}${lost}`)]);
      expect(await users.get('k')).to.equal(undefined);
      await users.set('k', 2);
      expect(await users.get('k')).to.equal(2);
    });
  }
});
