import { expect } from 'chai';

import { Background } from '../../../src/domain/shared/background';
import { InvalidationPublisher } from '../../../src/domain/bus/invalidation-publisher';
import { FakeBus, FakeClock, testKey } from '../../../src/testing';

describe('InvalidationPublisher', () => {
  let clock: FakeClock;
  let bus: FakeBus;
  let publisher: InvalidationPublisher;

  const make = (limit: number): InvalidationPublisher =>
    new InvalidationPublisher({
      bus,
      node: 'own',
      limit,
      clock,
      background: new Background(),
      afterTurn: queueMicrotask,
      onFailure: () => undefined,
    });

  beforeEach(() => {
    clock = new FakeClock();
    bus = new FakeBus();
    publisher = make(3);
  });

  it('publishes the changes of one turn in one message, each key once', async () => {
    void publisher.announce('shop', [testKey('a'), testKey('b')], 'changed');
    void publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);

    expect(bus.published).to.deep.equal([{ version: 1, node: 'own', sequence: 1, namespace: 'shop', keys: ['a', 'b'] }]);
  });

  it('counts its messages without holes', async () => {
    for (const name of ['a', 'b', 'c']) {
      void publisher.announce('shop', [testKey(name)], 'changed');
      await clock.advance(0);
    }

    expect(bus.published.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3]);
  });

  it('keeps namespaces apart', async () => {
    void publisher.announce('shop', [testKey('a')], 'changed');
    void publisher.announce('users', 'everything', 'changed');
    await clock.advance(0);

    expect(bus.published.map(({ namespace, keys }) => [namespace, keys])).to.deep.equal([
      ['shop', ['a']],
      ['users', 'everything'],
    ]);
  });

  it('says everything where there are more keys than the limit', async () => {
    void publisher.announce('shop', [testKey('a'), testKey('b'), testKey('c')], 'changed');
    void publisher.announce('shop', [testKey('d')], 'changed');
    await clock.advance(0);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal(['everything']);
  });

  it('splits a message that is longer than 64 KiB, also with letters of many bytes', async () => {
    const many = make(10_000);
    const keys = Array.from({ length: 300 }, (_, n) => testKey(`${'你'.repeat(300)}${n}`));

    void many.announce('shop', keys, 'changed');
    await clock.advance(0);

    expect(bus.published.flatMap((message) => message.keys)).to.deep.equal(keys);
    for (const message of bus.published) expect(Buffer.byteLength(JSON.stringify(message))).to.be.below(64 * 1024);
  });

  it('repeats a failed publish at once when it learns that a connection is back', async () => {
    bus.cut();
    void publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    bus.heal();
    publisher.resend();
    await clock.advance(0);
    publisher.resend();
    await clock.advance(60_000);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
  });

  it('repeats a failed publish, with growing delays', async () => {
    bus.cut();
    void publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    await clock.advance(1_000);
    bus.heal();
    await clock.advance(1_999);
    expect(bus.published).to.deep.equal([]);

    await clock.advance(1);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
  });

  it('publishes failed changes together with newer ones, and only once', async () => {
    bus.cut();
    void publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    bus.heal();
    void publisher.announce('shop', [testKey('b')], 'changed');
    await clock.advance(0);
    await clock.advance(60_000);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a', 'b']]);
  });

  it('leaves a hole in the sequence where a message was not sent', async () => {
    bus.cut();
    void publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    bus.heal();
    await clock.advance(1_000);

    expect(bus.published.map(({ sequence }) => sequence)).to.deep.equal([2]);
  });

  it('publishes the rest when it is closed, and leaves no timer, also if that fails', async () => {
    void publisher.announce('shop', [testKey('a')], 'changed');
    await publisher.close();
    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);

    bus.cut();
    void publisher.announce('shop', [testKey('b')], 'changed');
    await publisher.close();

    expect(clock.waiting).to.equal(0);
  });

  it('says whether the message of a turn was sent', async () => {
    const [first, second] = [publisher.announce('shop', [testKey('a')], 'changed'), publisher.announce('shop', [testKey('b')], 'changed')];
    expect(await Promise.all([first, second])).to.deep.equal([true, true]);

    bus.cut();
    expect(await publisher.announce('shop', [testKey('a')], 'changed')).to.equal(false);
  });

  it('says that a turn was not sent when one of its messages was not', async () => {
    const publish = bus.publish.bind(bus);
    bus.publish = (message) => (message.namespace === 'shop' ? Promise.reject(new Error('cut')) : publish(message));

    const [shop, users] = [publisher.announce('shop', [testKey('a')], 'changed'), publisher.announce('users', 'everything', 'changed')];

    expect(await Promise.all([shop, users])).to.deep.equal([false, false]);
    await publisher.close();
  });

  it('sends what failed as what it was', async () => {
    bus.cut();
    for (const kind of ['changed', 'repaired', 'removed', 'expired'] as const) void publisher.announce('shop', [testKey(kind)], kind);
    await clock.advance(0);
    bus.heal();
    await clock.advance(1_000);

    expect(bus.published.map(({ keys, tags, isRepair }) => ({ keys, tags, isRepair }))).to.deep.equal([
      { keys: ['changed'], tags: undefined, isRepair: undefined },
      { keys: ['repaired'], tags: undefined, isRepair: true },
      { keys: ['removed'], tags: 'removed', isRepair: undefined },
      { keys: ['expired'], tags: 'expired', isRepair: undefined },
    ]);
  });

  it('says everything from then on, for a repair as a repair', async () => {
    for (const kind of ['changed', 'repaired'] as const) {
      void publisher.announce('shop', 'everything', kind);
      void publisher.announce('shop', [testKey('a')], kind);
      await clock.advance(0);
    }
    void publisher.announce('users', ['a', 'b', 'c', 'd'].map(testKey), 'repaired');
    await clock.advance(0);

    expect(bus.published.map(({ namespace, keys, isRepair }) => [namespace, keys, isRepair])).to.deep.equal([
      ['shop', 'everything', undefined],
      ['shop', 'everything', true],
      ['users', 'everything', true],
    ]);
  });

  it('sends nothing after it is closed, and says so', async () => {
    await publisher.close();

    expect(await publisher.announce('shop', [testKey('a')], 'changed')).to.equal(false);
    await clock.advance(60_000);
    expect([bus.published, clock.waiting]).to.deep.equal([[], 0]);
  });

  it('sends tags in messages of their own version, and everything when there are too many', async () => {
    await publisher.announce('shop', [testKey('t')], 'removed');
    await publisher.announce('shop', [testKey('u')], 'expired');
    await publisher.announce('shop', ['a', 'b', 'c', 'd'].map(testKey), 'expired');

    expect(bus.published.map(({ keys, tags, version }) => ({ keys, tags, version }))).to.deep.equal([
      { keys: ['t'], tags: 'removed', version: 2 },
      { keys: ['u'], tags: 'expired', version: 2 },
      { keys: 'everything', tags: undefined, version: 1 },
    ]);
  });
});
