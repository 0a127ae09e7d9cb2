import { expect } from 'chai';

import { TimedBus } from '../../../src/domain/bus/timed-bus';
import { TierReporter } from '../../../src/domain/l2/tier-reporter';
import type { InvalidationMessage } from '../../../src/ports/invalidation-bus';
import { silent } from '../../../src/ports/logger';
import { noMetrics } from '../../../src/ports/metrics-sink';
import { FakeBus, FakeClock, FakeMedium } from '../../../src/testing';

function message(node: string, sequence: number): InvalidationMessage {
  return { version: 1, node, sequence, namespace: 'tiercel', keys: ['a'] };
}

describe('ObservedBus', () => {
  let clock: FakeClock;
  let own: FakeBus;
  let other: FakeBus;
  let reporter: TierReporter;
  let bus: TimedBus;
  let heard: InvalidationMessage[];

  beforeEach(async () => {
    const medium = new FakeMedium();
    clock = new FakeClock();
    own = new FakeBus(medium);
    other = new FakeBus(medium);
    reporter = new TierReporter('fake', noMetrics, [], silent, clock);
    bus = new TimedBus(own, 'own', reporter, clock);
    heard = [];
    own.heal();
    other.heal();
    await bus.subscribe(
      (one) => heard.push(one),
      () => undefined,
    );
  });

  it('counts sent messages, and messages of other processes', async () => {
    await bus.publish(message('own', 1));
    await other.publish(message('other', 1));
    await other.publish(message('other', 2));
    await clock.advance(0);

    expect(reporter.counts.message).to.include({ sent: 1, received: 2 });
    expect(heard).to.have.length(3);
  });

  it('times its own message until it is back', async () => {
    own.hold();
    await bus.publish(message('own', 1));
    await clock.advance(40);
    own.release();
    await clock.advance(0);

    expect(reporter.durations.stats().busLag).to.include({ count: 1, sumMs: 40 });
  });

  it('gives up a message that does not come back, after 32 later ones', async () => {
    own.hold();
    await bus.publish(message('own', 1));
    await clock.advance(0);
    own.release(() => []);

    for (let sequence = 2; sequence <= 34; sequence++) await bus.publish(message('own', sequence));
    await clock.advance(0);

    expect(reporter.durations.stats().busLag.count).to.equal(1);
  });

  it('does not count a message that could not be sent', async () => {
    own.cut();

    await bus.publish(message('own', 1)).catch(() => undefined);

    expect(reporter.counts.message.sent).to.equal(0);
  });
});
