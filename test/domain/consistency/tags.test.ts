import { expect } from 'chai';
import type { LoadContext } from '../../../src/domain/reading/loader';
import { FakeBus, FakeMedium } from '../../../src/testing';
import { testKey } from '../../../src/testing/suite-tools';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { strictSanitizer } from '../../../src/adapters/keys/sanitizers';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const arrangements: Readonly<Record<string, UnderTestOptions>> = {
  'with L1 alone': { l2: 'none' },
  'with L2 and no bus': {},
  'with L2 and a bus': { hearsOthers: true },
  'with clones': { primary: { useClone: true } },
  'in batches': { batched: true },
};

describe('Cache: tags', () => {
  const build = caches();
  const tagKey = (tag: string) => testKey(`tiercel:v1~{tiercel}tag:${tag}`);

  for (const [name, options] of Object.entries(arrangements)) {
    describe(name, () => {
      it('removes the entries of a tag, set or loaded, and no others', async () => {
        const { cache } = build(options);
        await cache.set('a', 1, { tags: ['users', 'org:7'] });
        await cache.wrap('b', () => 2, { tags: ['users'] });
        await cache.wrap('c', (load) => {
          load.setTags(['org:7']);
          return 3;
        });
        await cache.set('d', 4);

        expect(await cache.delByTag('users')).to.equal('done');

        expect(await cache.getMany(['a', 'b', 'c', 'd'])).to.deep.equal([undefined, undefined, 3, 4]);
        expect([cache.peek('a'), await cache.has('a'), await cache.wrap('b', () => 'new')]).to.deep.equal([undefined, false, 'new']);
      });

      it('keeps what is stored after an invalidation', async () => {
        const { cache } = build(options);
        await cache.set('a', 1, { tags: ['t'] });
        await cache.delByTag('t');
        await cache.set('a', 2, { tags: ['t'] });
        await cache.wrap('b', () => 3, { tags: ['t'] });
        await cache.delByTag('another');

        expect(await cache.getMany(['a', 'b'])).to.deep.equal([2, 3]);
      });

      it('does not store a value whose load began before the invalidation, also with tags that the loader sets at its end', async () => {
        const one = build(options);
        const loads = one.listen('load');
        const { promise, resolve } = deferred<string>();
        const old = one.cache.wrap('a', async (load: LoadContext) => {
          const value = await promise;
          load.setTags(['t']);
          return value;
        });
        await one.settle();
        await one.cache.delByTag('t');
        resolve('old');

        expect(await old).to.equal('old');
        await one.settle();
        expect([one.cache.peek('a'), await one.cache.get('a')]).to.deep.equal([undefined, undefined]);
        expect(loads.map(({ outcome }) => outcome)).to.deep.equal(['fenced']);
      });

      it('gives a caller that came after the invalidation no value from before it', async () => {
        const one = build(options);
        const answers = [deferred<string>(), deferred<string>()];
        let loads = 0;
        const load = (): Promise<string> => answers[loads++]!.promise;
        const before = one.cache.wrap('a', load, { tags: ['t'] });
        await one.settle();
        await one.cache.delByTag('t');
        const after = one.cache.wrap('a', load, { tags: ['t'] });
        answers[0]!.resolve('old');
        await one.settle();
        answers[1]!.resolve('new');

        expect([await before, await after]).to.deep.equal(['old', 'new']);
      });

      it('makes entries stale with the mode expire', async () => {
        const one = build({ ...options, staleWhileRevalidate: '1m', staleIfError: '1m' });
        await one.cache.set('a', 'old', { tags: ['t'] });
        await one.cache.delByTag(['t'], { mode: 'expire' });

        expect(await one.cache.get('a')).to.equal(undefined);
        expect(await one.cache.wrap('a', () => 'new')).to.equal('old');
        await one.settle();
        expect(await one.cache.get('a')).to.equal('new');
      });

      it('removes what was expired before', async () => {
        const one = build({ ...options, staleWhileRevalidate: '1m', staleIfError: '1m' });
        await one.cache.set('a', 'old', { tags: ['t'] });
        await one.cache.delByTag(['t'], { mode: 'expire' });
        await one.cache.delByTag('t');

        expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
      });

      it('is not undone by a stale value that was found before the invalidation', async () => {
        const one = build({ ...options, ttl: '10s', staleIfError: '1h' });
        await one.cache.set('a', 'old', { tags: ['t'] });
        await one.clock.advance(11_000);
        const { promise, reject } = deferred<string>();
        const value = rejectionOf(one.cache.wrap('a', () => promise, { tags: ['t'] }));
        await one.settle();
        await one.cache.delByTag('t');
        reject(new Error('no database'));

        expect(await value).to.have.property('message', 'no database');
      });

      it('reports each call', async () => {
        const one = build(options);
        const events = one.listen('tags');
        await one.cache.delByTag('a', 'b');
        await one.cache.delByTag(['c'], { mode: 'expire' });

        expect(events).to.deep.equal([
          { mode: 'remove', outcome: 'done' },
          { mode: 'expire', outcome: 'done' },
        ]);
        expect(one.cache.stats().tagInvalidations).to.deep.equal({ done: 2, pending: 0 });
      });
    });
  }

  it('belong to a namespace', async () => {
    const { cache } = build();
    const orders = cache.namespace('orders');
    await Promise.all([cache, orders].map((one) => one.set('a', 1, { tags: ['t'] })));
    await orders.delByTag('t');

    expect([await cache.get('a'), await orders.get('a')]).to.deep.equal([1, undefined]);
  });

  it('gives the loader the tags of the older value', async () => {
    const one = build({ ttl: '10s', staleWhileRevalidate: 0, staleIfError: '1m' });
    await one.cache.set('a', 'old', { tags: ['t', 'u'] });
    await one.clock.advance(11_000);
    let tags: readonly string[] | undefined;
    await one.cache.wrap('a', ({ stale }) => {
      tags = stale?.tags;
      return 'new';
    });

    expect(tags).to.deep.equal(['t', 'u']);
  });

  describe('between processes', () => {
    /** Two processes on one server, with or without a bus. Both are connected: the first message that one hears is no gap. */
    const pair = async (withBus: boolean, options: UnderTestOptions = {}): Promise<[CacheUnderTest, CacheUnderTest]> => {
      const medium = new FakeMedium();
      const make = (node: string): CacheUnderTest => {
        const bus = new FakeBus(medium);
        bus.probe.up();
        return build({ ...options, node, ...(withBus && { bus }) });
      };
      const [one, other] = [make('one'), make('other')];
      other.replies.redirectTo(one.store);
      await Promise.all([one.cache.start(), other.cache.start()]);
      return [one, other];
    };

    for (const withBus of [false, true]) {
      describe(withBus ? 'with a bus' : 'without a bus', () => {
        it('removes entries of L2 for the other process, at once', async () => {
          const [one, other] = await pair(withBus);
          await one.cache.set('a', 1, { tags: ['t'] });
          await one.cache.set('b', 1, { tags: ['u'] });
          await one.cache.delByTag('t');

          expect(await other.cache.getMany(['a', 'b'])).to.deep.equal([undefined, 1]);
        });

        it('fences the load of another process that began before', async () => {
          const [one, other] = await pair(withBus);
          const { promise, resolve } = deferred<string>();
          const old = other.cache.wrap('a', () => promise, { tags: ['t'] });
          await other.settle();
          await one.cache.set('warm', 1, { tags: ['t'] });
          await one.cache.delByTag('t');
          resolve('old');
          await old;
          await other.settle();

          expect(await one.cache.get('a')).to.equal(undefined);
        });

        it('keeps what another process sets after an invalidation of which it has heard nothing', async () => {
          const [one, other] = await pair(withBus);
          await other.cache.set('first', 1);
          await one.cache.set('a', 'old', { tags: ['t'] });
          await one.cache.delByTag('t');
          await one.cache.clear();
          expect(await other.cache.set('a', 'new', { tags: ['t'] })).to.equal('done');

          expect(await one.cache.get('a')).to.equal('new');
        });

        it('clears for the other process, at once, and fences its loads', async () => {
          const [one, other] = await pair(withBus);
          await one.cache.set('a', 1);
          const { promise, resolve } = deferred<string>();
          const old = other.cache.wrap('b', () => promise);
          await other.settle();
          await one.cache.clear();
          resolve('old');
          await old;
          await other.settle();

          expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
        });
      });
    }

    it('removes entries of L1 in the other process when it hears the message, expires others, and keeps the rest', async () => {
      const [one, other] = await pair(true, { staleWhileRevalidate: '1m' });
      for (const [key, tag] of Object.entries({ a: 't', b: 'u', c: 'v' })) await one.cache.set(key, 1, { tags: [tag] });
      await one.settle();
      await other.cache.getMany(['a', 'b', 'c']);
      const [gaps, calls] = [other.listen('gap'), other.calls('getMany')];
      await one.cache.delByTag('t');
      await one.cache.delByTag(['u'], { mode: 'expire' });
      await one.settle();

      expect(['a', 'b', 'c'].map((key) => other.cache.peek(key))).to.deep.equal([undefined, undefined, 1]);
      other.driver.goAway();
      expect(await other.cache.wrap('b', () => 2)).to.equal(1);
      expect(await other.cache.wrap('a', () => 2)).to.equal(2);
      expect([gaps, other.calls('getMany')]).to.deep.equal([[], calls]);
    });
  });

  describe('on a server without scripts, where another process steps the clock before it writes the tag', () => {
    for (const withBus of [false, true]) {
      it(`are seen as removed when both are written, ${withBus ? 'and the message has come' : 'without a message'}`, async () => {
        const bus = new FakeBus(new FakeMedium());
        bus.probe.up();
        const one = build({ ttl: { primary: 0, secondary: '1h' }, ...(withBus && { bus }) });
        await one.cache.start();
        await one.cache.set('a', 'old', { tags: ['t'] });
        const [before] = one.store.peek(tagKey('t'))!.payload.split(',');
        const later = `${Number(before) + 1},0`;
        one.store.plant(testKey('tiercel:v1~{tiercel}state'), later);
        expect(await one.cache.get('a')).to.equal('old');

        one.store.plant(tagKey('t'), later);
        if (withBus) bus.receive({ version: 2, node: 'other', sequence: 1, namespace: 'tiercel', keys: [testKey('t')], tags: 'removed' });
        await one.settle();

        expect(await one.cache.get('a')).to.equal(undefined);
      });
    }
  });

  describe('when L2 is away', () => {
    it('keeps the tags pending, reads no entry with them, and invalidates them before L2 is read again', async () => {
      const one = build();
      await one.cache.set('a', 1, { tags: ['t'] });
      await one.cache.set('b', 1, { tags: ['u'] });
      one.driver.goAway();

      expect(await one.cache.delByTag('t')).to.equal('pending');
      expect([one.cache.peek('a'), one.cache.health().l2?.pending]).to.deep.equal([undefined, 1]);
      one.driver.comeBack();
      await one.settle();

      expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, 1]);
      expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
      const again = build();
      again.replies.redirectTo(one.store);
      expect(await again.cache.getMany(['a', 'b'])).to.deep.equal([undefined, 1]);
    });

    it('removes and expires in L2 what was removed and expired meanwhile, and announces each as that', async () => {
      const bus = new FakeBus();
      const one = build({ bus, staleWhileRevalidate: '1m' });
      bus.probe.up();
      await one.cache.start();
      for (const [key, tag] of Object.entries({ a: 't', b: 'u', c: 'v' })) await one.cache.set(key, 1, { tags: [tag] });
      await one.settle();
      const before = bus.published.length;
      one.driver.goAway();
      await one.cache.delByTag('t');
      await one.cache.delByTag(['u'], { mode: 'expire' });
      one.driver.comeBack();
      await one.settle();

      const messages = bus.published.slice(before).filter(({ keys }) => keys.length > 0);
      expect(messages.map(({ keys, tags }) => [keys, tags])).to.deep.equal([
        [['t'], 'removed'],
        [['u'], 'expired'],
      ]);
      const again = build({ staleWhileRevalidate: '1m' });
      again.replies.redirectTo(one.store);
      expect(await again.cache.getMany(['a', 'b', 'c'])).to.deep.equal([undefined, undefined, 1]);
      expect([await again.cache.wrap('a', () => 2), await again.cache.wrap('b', () => 2)]).to.deep.equal([2, 1]);
    });

    it('reads no entry with a tag whose invalidation has an unknown fate', async () => {
      const one = build({ breaker: false });
      await one.cache.set('a', 1, { tags: ['t'] });
      one.store.refuseWrites();

      expect(await one.cache.delByTag('t')).to.equal('pending');

      expect(await one.cache.get('a')).to.equal(undefined);
      one.store.heal();
      await one.clock.advance(60_000);
      expect([await one.cache.get('a'), one.cache.health().l2?.pending]).to.deep.equal([undefined, 0]);
    });

    it('invalidates everything in one command when there are more tags than maxPending', async () => {
      const one = build({ maxPending: 2 });
      await one.cache.set('a', 1);
      one.driver.goAway();
      await one.cache.delByTag('t', 'u', 'v');
      expect(one.cache.health().l2?.pending).to.equal(Infinity);
      one.driver.comeBack();
      await one.settle();

      expect([await one.cache.get('a'), one.calls('updateTags')]).to.deep.equal([undefined, 1]);
    });
  });

  describe('with lost or damaged bookkeeping', () => {
    for (const text of [undefined, 'text', '-1,0', `1${'0'.repeat(30)},0`, '']) {
      it(`misses the entries of a tag that is ${String(text)}, and goes on`, async () => {
        const one = build({ ttl: { primary: 0, secondary: '1h' } });
        await one.cache.set('a', 1, { tags: ['t'] });
        await one.cache.delByTag('another');
        await one.cache.set('b', 2);
        await one.cache.delByTag('b needs it');
        await one.cache.set('warm', 0, { tags: ['w'] });
        await one.cache.delByTag('w');
        if (text === undefined) await one.store.delete([tagKey('t')]);
        else one.store.plant(tagKey('t'), text);

        expect(await one.cache.get('a')).to.equal(undefined);
        expect(await one.cache.get('b')).to.equal(2);
      });

      it(`misses everything once when the state is ${String(text)}, and goes on`, async () => {
        const one = build({ ttl: { primary: 0, secondary: '1h' } });
        const stateKey = testKey('tiercel:v1~{tiercel}state');
        await one.cache.set('a', 1);
        if (text === undefined) await one.store.delete([stateKey]);
        else one.store.plant(stateKey, text);

        expect(await one.cache.get('a')).to.equal(undefined);
        await one.cache.set('a', 2);
        await one.cache.wrap('b', () => 3);
        await one.settle();
        expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([2, 3]);
      });
    }
  });

  describe('that are wrong', () => {
    const wrong: Readonly<Record<string, readonly [tags: readonly string[], rule: string]>> = {
      'an empty one': [[''], 'not empty'],
      'a very long one': [['x'.repeat(10_240)], 'at most 1000 characters, got 10240'],
      'a thousand': [Array.from({ length: 1_000 }, String), 'at most 200 tags, got 1000'],
    };
    for (const [what, [tags, rule]] of Object.entries(wrong)) {
      it(`are refused with the rule: ${what}`, async () => {
        const { cache } = build();
        const calls: (() => unknown)[] = [
          () => cache.delByTag(...tags),
          () => cache.delByTag(tags),
          () => cache.set('a', 1, { tags }),
          () => cache.wrap('a', () => 1, { tags }),
          () => cache.wrap('a', (load) => load.setTags(tags)),
        ];
        for (const call of calls) {
          const error = await rejectionOf(Promise.resolve().then(call));
          expect(error).to.have.property('code', 'CACHE_TAG_INVALID');
          expect(error).to.have.property('message').that.includes(rule);
        }
      });
    }

    it('are refused before the load, or where the loader sets them, when the sanitizer refuses them', async () => {
      const { cache } = build({ sanitizer: strictSanitizer({ allow: /[a-z]+/ }) });
      let loads = 0;
      const load = () => ++loads;
      expect(await rejectionOf(cache.wrap('a', load, { tags: ['a b'] }))).to.have.property('code', 'CACHE_TAG_INVALID');
      expect(loads).to.equal(0);

      const value = await cache.wrap('a', (context) => {
        expect(() => context.setTags(['a b']))
          .to.throw()
          .with.property('code', 'CACHE_TAG_INVALID');
        return load();
      });
      expect([value, await cache.get('a')]).to.deep.equal([1, 1]);
    });

    it('are refused when they are no strings, and so are unknown options', async () => {
      const { cache } = build();
      expect(await rejectionOf(cache.delByTag(...([1] as unknown as string[])))).to.have.property('code', 'CACHE_OPTION_INVALID');
      expect(await rejectionOf(cache.delByTag(['a'], { mode: 'never' } as never))).to.have.property('code', 'CACHE_OPTION_INVALID');
    });

    it('work all the same where they only look wrong', async () => {
      const { cache } = build();
      for (const tag of ['a\nb', '\u0000', 'tiercel:v1:a', '}{', '~{tiercel}state', 'é', '日本', ' ', 'a,b', '%', '\ud800']) {
        await cache.set('a', 1, { tags: [tag, tag] });
        expect(await cache.get('a'), tag).to.equal(1);
        await cache.delByTag(tag);
        expect(await cache.get('a'), tag).to.equal(undefined);
      }
    });

    it('do nothing when there are none', async () => {
      const one = build();
      await one.cache.set('a', 1);
      expect([await one.cache.delByTag(), await one.cache.delByTag([]), await one.cache.get('a')]).to.deep.equal(['done', 'done', 1]);
    });
  });

  it('removes entries also after a failover to a server that has lost the last steps of the clock', async () => {
    const [one, other] = [build(), build({ node: 'other' })];
    other.replies.redirectTo(one.store);
    await one.cache.set('a', 1, { tags: ['t'] });
    for (let step = 0; step < 3; step += 1) await one.cache.delByTag('another');
    await one.cache.set('a', 2, { tags: ['t'] });
    one.store.plant(testKey('tiercel:v1~{tiercel}state'), '1,0');
    one.store.plant(tagKey('t'), '1,0');

    for (let step = 0; step < 3; step += 1) await one.cache.delByTag('t');

    expect(await other.cache.get('a')).to.equal(undefined);
  });
});
