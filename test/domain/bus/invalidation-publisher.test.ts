import { expect } from 'chai';

import { Background } from '../../../src/domain/background';
import { InvalidationPublisher } from '../../../src/domain/bus/invalidation-publisher';
import { FakeBus, FakeClock, testKey } from '../../../src/testing';

describe('InvalidationPublisher', () => {
  let clock: FakeClock;
  let bus: FakeBus;
  let publisher: InvalidationPublisher;

  beforeEach(() => {
    clock = new FakeClock();
    bus = new FakeBus();
    publisher = new InvalidationPublisher(bus, 'own', 3, clock, new Background());
  });

  it('says in one message what was changed in one turn, each key once', async () => {
    publisher.announce('shop', [testKey('a'), testKey('b')], 'changed');
    publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);

    expect(bus.published).to.deep.equal([{ version: 1, node: 'own', sequence: 1, namespace: 'shop', keys: ['a', 'b'] }]);
  });

  it('counts its messages without holes', async () => {
    for (const name of ['a', 'b', 'c']) {
      publisher.announce('shop', [testKey(name)], 'changed');
      await clock.advance(0);
    }

    expect(bus.published.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3]);
  });

  it('keeps namespaces apart', async () => {
    publisher.announce('shop', [testKey('a')], 'changed');
    publisher.announce('users', 'everything', 'changed');
    await clock.advance(0);

    expect(bus.published.map(({ namespace, keys }) => [namespace, keys])).to.deep.equal([
      ['shop', ['a']],
      ['users', 'everything'],
    ]);
  });

  it('says everything where there are more keys than the limit', async () => {
    publisher.announce('shop', [testKey('a'), testKey('b'), testKey('c')], 'changed');
    publisher.announce('shop', [testKey('d')], 'changed');
    await clock.advance(0);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal(['everything']);
  });

  it('splits what is longer than 64 KiB, also in the most expensive letters', async () => {
    const many = new InvalidationPublisher(bus, 'own', 10_000, clock, new Background());
    const keys = Array.from({ length: 300 }, (_, n) => testKey(`${'你'.repeat(300)}${n}`));

    many.announce('shop', keys, 'changed');
    await clock.advance(0);

    expect(bus.published.flatMap((message) => message.keys)).to.deep.equal(keys);
    for (const message of bus.published) expect(Buffer.byteLength(JSON.stringify(message))).to.be.below(64 * 1024);
  });

  it('says later what could not be said, each time later', async () => {
    bus.cut();
    publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    await clock.advance(1_000);
    bus.heal();
    await clock.advance(1_999);
    expect(bus.published).to.deep.equal([]);

    await clock.advance(1);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);
  });

  it('says what could not be said together with what comes meanwhile, and only once', async () => {
    bus.cut();
    publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    bus.heal();
    publisher.announce('shop', [testKey('b')], 'changed');
    await clock.advance(0);
    await clock.advance(60_000);

    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a', 'b']]);
  });

  it('leaves a hole in the sequence where a message was not sent', async () => {
    bus.cut();
    publisher.announce('shop', [testKey('a')], 'changed');
    await clock.advance(0);
    bus.heal();
    await clock.advance(1_000);

    expect(bus.published.map(({ sequence }) => sequence)).to.deep.equal([2]);
  });

  it('says what is left when it is closed, and leaves no timer, also when it cannot', async () => {
    publisher.announce('shop', [testKey('a')], 'changed');
    await publisher.close();
    expect(bus.published.map(({ keys }) => keys)).to.deep.equal([['a']]);

    bus.cut();
    publisher.announce('shop', [testKey('b')], 'changed');
    await publisher.close();

    expect(clock.waiting).to.equal(0);
  });
});
