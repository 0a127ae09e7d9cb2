import { expect } from 'chai';
import { busContract, FakeBus, FakeMedium, healthProbeContract } from '../../src/testing';
import type { InvalidationMessage } from '../../src/ports/invalidation-bus';

busContract('FakeBus', () => {
  const medium = new FakeMedium();
  const buses = [new FakeBus(medium), new FakeBus(medium), new FakeBus(medium)] as const;
  return {
    buses,
    elapse: () => undefined,
    goAway: () => {
      for (const bus of buses) bus.cut();
    },
    comeBack: () => {
      for (const bus of buses) bus.heal();
    },
    makeNoise: () => {
      medium.carryNoise();
    },
  };
});

healthProbeContract('The probe of FakeBus', () => {
  const bus = new FakeBus();
  return {
    probe: bus.probe,
    elapse: () => undefined,
    goAway: () => {
      bus.cut();
    },
    comeBack: () => {
      bus.heal();
    },
  };
});

const message = (sequence: number): InvalidationMessage => ({ version: 1, node: 'n', sequence, namespace: 'shop', keys: 'everything' });

describe('FakeBus', () => {
  let sender: FakeBus;
  let receiver: FakeBus;
  let heard: (number | 'gap')[];

  beforeEach(async () => {
    const medium = new FakeMedium();
    [sender, receiver, heard] = [new FakeBus(medium), new FakeBus(medium), []];
    await receiver.subscribe(
      ({ sequence }) => heard.push(sequence),
      () => heard.push('gap'),
    );
  });

  /** Once its promise has resolved, whatever arrives has arrived. */
  const publish = async (...sequences: number[]) => {
    for (const sequence of sequences) await sender.publish(message(sequence));
    await Promise.resolve();
  };

  it('delivers held messages late, and holds none afterwards', async () => {
    receiver.hold();
    await publish(1, 2);
    expect(heard).to.deep.equal([]);

    receiver.release();
    await publish(3);

    expect(heard).to.deep.equal([1, 2, 3]);
  });

  it('loses, repeats and reorders held messages as the test says', async () => {
    receiver.hold();
    await publish(1, 2, 3);

    receiver.release(([first, , third]) => [third!, first!, first!]);
    await publish(4);

    expect(heard).to.deep.equal([3, 1, 1, 4]);
  });

  it('receives no message while it is cut off, not even held ones, and a gap when it is healed', async () => {
    receiver.hold();
    await publish(1);
    receiver.cut('cable');
    await publish(2);
    expect(receiver.probe.reason).to.equal('cable');

    receiver.heal();
    receiver.release();
    await publish(3);

    expect(heard).to.deep.equal(['gap', 3]);
  });

  it('is cut off alone', async () => {
    receiver.cut();

    await sender.publish(message(1));

    expect(await receiver.publish(message(2)).catch((error: unknown) => error)).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
    expect(sender.published).to.deep.equal([message(1)]);
    expect(receiver.published).to.deep.equal([]);
  });

  it('receives no message of another medium', async () => {
    await new FakeBus().publish(message(1));
    await Promise.resolve();

    expect(heard).to.deep.equal([]);
  });
});
