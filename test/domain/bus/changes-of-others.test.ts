import { expect } from 'chai';
import { FakeBus, FakeMedium, type FakeClock } from '../../../src/testing';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

/** The other processes, as far as the bus shows them. */
class Others {
  readonly #bus: FakeBus;
  #sequence = 0;

  constructor(medium: FakeMedium) {
    this.#bus = new FakeBus(medium);
  }

  say(keys: readonly string[] | 'everything', namespace = 'tiercel', isRepair = false): Promise<void> {
    const message = { version: 1, node: 'other', sequence: ++this.#sequence, namespace, keys };
    return this.#bus.publish(isRepair ? { ...message, isRepair } : message);
  }

  /** A message without a receiver. */
  lose(): void {
    this.#sequence += 1;
  }
}

describe('Cache: on a bus', () => {
  const build = caches();
  let medium: FakeMedium;
  let bus: FakeBus;
  let others: Others;

  beforeEach(() => {
    medium = new FakeMedium();
    bus = new FakeBus(medium);
    others = new Others(medium);
  });

  const started = async () => {
    const one = build({ bus });
    bus.probe.up();
    await one.cache.start();
    return one;
  };
  const turn = (clock: FakeClock) => clock.advance(0);

  it('announces the changes that L2 has applied', async () => {
    const one = await started();

    await one.cache.set('a', 1);
    await turn(one.clock);
    await one.cache.delMany(['a', 'b']);
    await turn(one.clock);
    await one.cache.namespace('orders').clear();
    await turn(one.clock);

    expect(bus.published.map(({ namespace, keys }) => [namespace, keys])).to.deep.equal([
      ['tiercel', ['a']],
      ['tiercel', ['a', 'b']],
      ['tiercel:orders', 'everything'],
    ]);
  });

  for (const connection of ['bus', 'L2'] as const) {
    it(`announces a change that could not be announced as soon as the connection of the ${connection} is back`, async () => {
      const one = await started();
      const publish = bus.publish.bind(bus);
      bus.publish = () => Promise.reject(new Error('cut'));
      await one.cache.set('a', 1);
      await turn(one.clock);
      bus.publish = publish;
      const probe = connection === 'bus' ? bus.probe : one.probe;
      probe.down('cut');
      probe.up();
      await one.settle();

      expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
    });
  }

  it('announces no loads: they change nothing', async () => {
    const one = await started();

    await one.cache.wrap('a', () => 1);
    await turn(one.clock);

    expect(bus.published).to.deep.equal([]);
  });

  it('announces no change that L2 has not applied, until recovery has', async () => {
    const one = await started();
    one.probe.down();
    await one.cache.del('a');
    await one.clock.advance(1_000);
    expect(bus.published).to.deep.equal([]);

    one.probe.up();
    await one.settle();

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
  });

  for (const [name, change] of Object.entries({
    set: (one: CacheUnderTest) => one.cache.set('a', 1),
    del: (one: CacheUnderTest) => one.cache.del('a'),
    clear: (one: CacheUnderTest) => one.cache.clear(),
  })) {
    it(`announces no ${name} that L2 did not apply`, async () => {
      const one = await started();
      one.store.fail();

      expect(await change(one)).to.equal('pending');
      await one.settle();

      expect(bus.published).to.deep.equal([]);
    });
  }

  for (const [name, change] of Object.entries({
    set: (one: CacheUnderTest) => one.cache.set('a', 1),
    del: (one: CacheUnderTest) => one.cache.del('a'),
    delByTag: (one: CacheUnderTest) => one.cache.delByTag('t'),
    clear: (one: CacheUnderTest) => one.cache.clear(),
  })) {
    describe(`answers ${name}`, () => {
      const changed = async (one: CacheUnderTest) => {
        const answer = { outcome: 'none' };
        void change(one).then((outcome) => (answer.outcome = outcome));
        await one.settle();
        return answer;
      };

      it('with done once its message was sent, and not before', async () => {
        const one = await started();
        const { promise, resolve } = deferred();
        bus.publish = () => promise;
        const answer = await changed(one);
        expect(answer.outcome).to.equal('none');

        resolve();
        await one.settle();

        expect(answer.outcome).to.equal('done');
      });

      it('with pending when its message was not sent at the end of the write deadline, which L2 has used in part', async () => {
        const one = await started();
        one.store.delayMs = 400;
        const { promise, resolve } = deferred();
        bus.publish = () => promise;
        const answer = await changed(one);

        await one.clock.advance(999);
        expect(answer.outcome).to.equal('none');
        await one.clock.advance(1);
        await one.settle();

        expect(answer.outcome).to.equal('pending');
        resolve();
      });

      it('with pending when its message could not be sent', async () => {
        const one = await started();
        bus.publish = () => Promise.reject(new Error('cut'));

        expect((await changed(one)).outcome).to.equal('pending');
      });
    });
  }

  it('drops keys that other processes have changed, and asks L2 for them', async () => {
    const one = await started();
    await one.cache.set('a', 'old');
    one.plant('a', 'new');

    await others.say(['a']);
    await one.settle();

    expect(one.cache.peek('a')).to.equal(undefined);
    expect(await one.cache.get('a')).to.equal('new');
  });

  it('makes no L2 call and publishes nothing because of a message', async () => {
    const one = await started();
    const calls = one.calls();

    await others.say(['a']);
    await one.settle();

    expect([one.calls() - calls, bus.published]).to.deep.equal([0, []]);
  });

  it('does not store a value whose key was changed during the load', async () => {
    const one = await started();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();

    await others.say(['a']);
    await one.settle();
    resolve('loaded before');

    expect(await value).to.equal('loaded before');
    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  describe('repairs a load that reached an L2 without leases while another process changed its key', () => {
    const overtaken = async () => {
      const one = await started();
      one.store.hasLeases = false;
      one.store.delayMs = 50;
      const value = one.cache.wrap('a', () => 'old');
      await one.clock.advance(60);
      return { one, value };
    };

    it('deletes it in L2, and makes other processes drop it', async () => {
      const { one, value } = await overtaken();
      await others.say(['a']);
      await one.clock.advance(200);

      expect(await value).to.equal('old');
      expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
      expect(bus.published.filter(({ node }) => node === 'own')).to.deep.include.members([
        { version: 1, node: 'own', sequence: 1, namespace: 'tiercel', keys: ['a'], isRepair: true },
      ]);
    });

    it('does so after a gap too', async () => {
      const { one, value } = await overtaken();
      bus.receiveNoise();
      await one.clock.advance(200);

      expect([await value, one.inL2('a')]).to.deep.equal(['old', undefined]);
    });

    it('remembers the key if L2 does not take the delete', async () => {
      const { one, value } = await overtaken();
      await others.say(['a']);
      await one.clock.advance(0);
      one.store.refuseWrites();
      await one.clock.advance(200);

      expect(await value).to.equal('old');
      expect(one.cache.health().l2?.pending).to.equal(1);
    });

    it('does not repair a load that a repair overtakes: one repair must not cause another', async () => {
      const { one, value } = await overtaken();
      await others.say(['a'], 'tiercel', true);
      await one.clock.advance(200);

      expect([await value, one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal(['old', undefined, 'old']);
      expect(bus.published.filter(({ node }) => node === 'own')).to.deep.equal([]);
    });
  });

  it('trusts L1 until the entry expires', async () => {
    const one = await started();
    await one.cache.set('a', 1, '5m');

    await one.clock.advance(299_000);

    expect(one.cache.peek('a')).to.equal(1);
  });

  it('trusts L1 for 30 seconds more after the last message, for old and new entries', async () => {
    const one = await started();
    await one.cache.set('old', 1, '5m');
    bus.cut();
    await one.clock.advance(10_000);
    await one.cache.set('new', 2, '5m');

    await one.clock.advance(19_999);
    expect([one.cache.peek('old'), one.cache.peek('new')]).to.deep.equal([1, 2]);
    await one.clock.advance(1);

    expect([one.cache.peek('old'), one.cache.peek('new')]).to.deep.equal([undefined, undefined]);
    expect([await one.cache.get('old'), await one.cache.get('new')]).to.deep.equal([1, 2]);
  });

  it('counts the 30 seconds from the last sign of life, when the connection died without a word', async () => {
    const one = await started();
    bus.noticesWithinMs = 6_000;
    await one.cache.set('a', 'old', '1h');
    bus.hold();
    one.plant('a', 'new', '1h');
    await one.clock.advance(6_000);
    bus.cut();

    await one.clock.advance(23_999);
    expect(await one.cache.get('a')).to.equal('old');
    await one.clock.advance(1);
    expect(await one.cache.get('a')).to.equal('new');
  });

  it('keeps an entry that it no longer trusts as a fallback for an outage of L2', async () => {
    const one = build({ bus, staleIfError: '1d' });
    bus.probe.up();
    await one.cache.start();
    await one.cache.set('a', 1, { ttl: '5m', staleIfError: '1d' });
    bus.cut();
    one.probe.down();

    await one.clock.advance(60_000);

    expect(await one.cache.get('a')).to.equal(1);
    expect(await one.cache.wrap('a', () => Promise.reject(new Error('no database')))).to.equal(1);
  });

  it('clears L1 in all namespaces after each gap, and emits it', async () => {
    const one = await started();
    const orders = one.cache.namespace('orders');
    await one.cache.set('a', 1);
    await orders.set('b', 2);
    const gaps = one.listen('gap');
    bus.cut();
    bus.heal();
    await one.settle();

    expect([one.cache.peek('a'), orders.peek('b')]).to.deep.equal([undefined, undefined]);
    expect(gaps).to.deep.equal([{}]);
  });

  it('does not store after a gap a value whose read or load began before', async () => {
    const one = await started();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();

    others.lose();
    await others.say(['b']);
    await one.settle();
    resolve('loaded before');
    await value;

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('gives every waiting caller the value when a message arrives meanwhile, and loads again for later callers', async () => {
    const one = await started();
    const first = deferred<string>();
    const waiting = [one.cache.wrap('a', () => first.promise), one.cache.wrap('a', () => first.promise)];
    await one.settle();
    await others.say(['a']);
    await one.settle();
    const after = one.cache.wrap('a', () => 'second');
    first.resolve('first');

    expect([await Promise.all(waiting), await after]).to.deep.equal([['first', 'first'], 'second']);
  });

  describe('that nothing arrives on', () => {
    const deaf = async () => {
      const one = build({ bus });
      bus.probe.down('NOPERM');
      await one.cache.start();
      return one;
    };

    it('is degraded while this process receives no messages, and up again with the bus', async () => {
      const one = await deaf();
      expect(one.cache.health()).to.deep.include({ status: 'degraded' });
      expect(one.cache.health().l2).to.include({ state: 'up', bus: 'down' });
      expect(one.cache.stats().l2?.bus).to.include({ up: false });

      bus.probe.up();

      expect(one.cache.health()).to.deep.include({ status: 'up' });
      expect(one.cache.health().l2).to.include({ state: 'up', bus: 'up' });
      expect(one.cache.stats().l2?.bus).to.include({ up: true });
    });

    it('is logged once, with the reason, and once when the bus is back', async () => {
      const one = await deaf();
      await one.clock.advance(9_999);
      expect(one.logger.messages('warn')).to.deep.equal([]);

      await one.clock.advance(60_000);
      expect(one.logger.messages('warn')).to.deep.equal([
        'the bus of L2 (fake) is down: NOPERM; until it is back, this process notices changes of other processes late',
      ]);

      bus.probe.up();
      expect(one.logger.messages('info').at(-1)).to.equal('the bus of L2 (fake) is back');
    });

    it('is nothing to warn of once the cache is closed', async () => {
      const one = await deaf();
      await one.cache.close();

      await one.clock.advance(60_000);

      expect(one.logger.messages('warn')).to.deep.equal([]);
    });

    it('is not logged during an outage of L2, which is logged already', async () => {
      const one = await started();
      one.driver.goAway('connection refused');
      bus.cut('connection refused');
      await one.clock.advance(600_000);
      one.driver.comeBack();
      await one.clock.advance(1_000);
      bus.heal();
      await one.clock.advance(60_000);

      expect(one.logger.messages('warn')).to.have.length(1);
      expect(one.logger.lines.filter(({ message }) => message.includes('the bus'))).to.deep.equal([]);
      expect(one.cache.health()).to.deep.include({ status: 'up' });
    });
  });

  it('knows nothing of a bus where there is none', async () => {
    const one = build();
    await one.cache.start();

    expect(one.cache.health()).to.deep.include({ status: 'up' });
    expect(one.cache.health().l2).to.include({ bus: undefined });
    expect(one.cache.stats().l2?.bus.up).to.equal(undefined);
  });

  it('publishes the rest when it is closed, and receives nothing afterwards', async () => {
    const one = await started();
    await one.cache.del('a');
    await one.cache.close();

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
    expect(await rejectionOf(one.cache.get('a'))).to.have.property('code', 'CACHE_CLOSED');
  });
});
