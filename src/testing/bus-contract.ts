import assert from 'node:assert/strict';
import type { Health } from '../ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../ports/invalidation-bus';
import { suite, type Harness, textOf, eventually } from './suite-tools';

/** The buses of three processes on one channel, without subscriptions, and control over their server. */
export interface BusHarness extends Harness {
  readonly buses: readonly [InvalidationBus, InvalidationBus, InvalidationBus];
  /** Lets time pass for the buses, in milliseconds. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach for all of them, so that their connections break. */
  readonly goAway: () => void | Promise<void>;
  readonly comeBack: () => void | Promise<void>;
  /** Publishes text that is not a message on the channel, without the buses. */
  readonly makeNoise: (text: string) => void | Promise<void>;
}

const outOfReach = { name: 'CacheError', code: 'CACHE_TIER_UNAVAILABLE' };

/** Text that a careless parser accepts as a message, or fails on. */
const noises: readonly string[] = [
  ...['', 'null', '[]', '1', '"everything"', '{', '{}', '\u0000', '{"version":1,"keys":"everything"}', '['.repeat(60_000)],
  ...[{ version: '1' }, { node: 1 }, { sequence: '1' }, { sequence: 0 }, { sequence: 1e300 }, { namespace: null }].map(flawed),
  ...[{ keys: 'some' }, { keys: ['a', 1] }, { keys: { length: 1, 0: 'a' } }, { keys: ['k'.repeat(70_000)] }].map(flawed),
  'x'.repeat(10_000_000),
];

/** Everything that the cache relies on in an {@link InvalidationBus}. */
export function busContract(name: string, makeHarness: () => BusHarness | Promise<BusHarness>): void {
  suite(`${name} keeps the InvalidationBus contract`, makeHarness, (test) => {
    test('carries messages to all other buses, unchanged', async ({ buses: [one, two, three], elapse }) => {
      const subscribers = await Promise.all([subscribeTo(two), subscribeTo(three)]);
      const strange = ['a', '', 'é', '🔑', '__proto__', 'constructor', 'a"b\\c', 'k'.repeat(10_000)];
      const messages = [message(1, strange), message(2, []), message(3, 'everything')];

      for (const each of messages) await one.publish(each);

      for (const subscriber of subscribers) {
        await eventually(elapse, () => {
          assert.deepEqual(subscriber.messages, messages);
        });
        assert.equal(subscriber.gaps, 0);
      }
    });

    test('keeps the order of the messages of one bus', async ({ buses: [one, two], elapse }) => {
      const subscriber = await subscribeTo(two);
      const messages = Array.from({ length: 200 }, (_, index) => message(index + 1));

      await Promise.all(messages.map((each) => one.publish(each)));

      await eventually(elapse, () => {
        assert.deepEqual(subscriber.messages, messages);
      });
    });

    test('delivers messages of an unknown version', async ({ buses: [one, two], elapse }) => {
      const subscriber = await subscribeTo(two);

      await one.publish({ ...message(1), version: 999 });

      await eventually(elapse, () => {
        assert.deepEqual(subscriber.messages, [{ ...message(1), version: 999 }]);
      });
      assert.equal(subscriber.gaps, 0);
    });

    test('notifies every subscription of a bus, and none that has ended', async ({ buses: [one, two], elapse }) => {
      const subscribers = await Promise.all([subscribeTo(two), subscribeTo(two)]);
      await subscribers[0].leave();
      await subscribers[0].leave();

      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual(subscribers[1].messages, [message(1)]);
      });
      assert.deepEqual([subscribers[0].messages, subscribers[0].gaps], [[], 0]);
    });

    test('is up while it has a subscription, and down before and afterwards', async ({ buses: [, bus], elapse }) => {
      const before = bus.probe.health;

      const subscriber = await subscribeTo(bus);
      await untilHealth(bus, 'up', elapse);
      await subscriber.leave();

      assert.deepEqual([before, bus.probe.health], ['down', 'down']);
    });

    test('can be subscribed to again after the last has left', async ({ buses: [one, two], elapse }) => {
      const first = await subscribeTo(two);
      await first.leave();
      const second = await subscribeTo(two);

      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual(second.messages, [message(1)]);
      });
      assert.deepEqual([first.messages, second.gaps], [[], 0]);
    });

    test('can be subscribed to while the server is away, and receives messages once it is back', async ({
      buses,
      elapse,
      goAway,
      comeBack,
    }) => {
      const [one, two] = buses;
      await goAway();
      const subscriber = await subscribeTo(two);
      const { health, reason } = two.probe;

      await comeBack();
      await untilHealth(two, 'up', elapse);
      await eventually(elapse, () => one.publish(message(1)));

      await eventually(elapse, () => {
        assert.deepEqual(subscriber.messages, [message(1)]);
      });
      assert.deepEqual([health, typeof reason, subscriber.gaps], ['down', 'string', 0]);
    });

    test('reports one gap after each outage', async ({ buses, elapse, goAway, comeBack }) => {
      const [one, two] = buses;
      const subscriber = await subscribeTo(two);

      for (const outage of [1, 2]) {
        await goAway();
        await untilHealth(two, 'down', elapse);
        assert.equal(subscriber.gaps, outage - 1);
        await comeBack();
        await untilHealth(two, 'up', elapse);
        assert.equal(subscriber.gaps, outage);
      }

      await eventually(elapse, () => one.publish(message(1)));
      await eventually(elapse, () => {
        assert.deepEqual(subscriber.messages, [message(1)]);
      });
      assert.equal(subscriber.gaps, 2);
    });

    test('rejects a publish while the server is away, without a key in the error', async ({ buses: [one], elapse, goAway, comeBack }) => {
      await goAway();

      const [outcome] = await Promise.allSettled([one.publish(message(1, ['a-secret']))]);
      await assert.rejects(one.publish(message(2)), outOfReach);

      assert.doesNotMatch(textOf(outcome), /a-secret/);
      await comeBack();
      await eventually(elapse, () => one.publish(message(3)));
    });

    test('reports a gap for text that is not a message, and continues', async ({ buses: [one, two], elapse, makeNoise }) => {
      const subscriber = await subscribeTo(two);

      for (const noise of noises) await makeNoise(noise);
      // On a cluster the noise comes by another node, and a message that overtakes it can be lost with it.
      await eventually(elapse, () => {
        assert.equal(subscriber.gaps, noises.length);
      });
      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual([subscriber.messages, subscriber.gaps], [[message(1)], noises.length]);
      });
    });

    test('continues after a listener has thrown, and so do the other listeners', async ({ buses: [one, two], elapse, makeNoise }) => {
      const fail = (): never => {
        throw new Error('from a listener');
      };
      await two.subscribe(fail, fail);
      const subscriber = await subscribeTo(two);

      await makeNoise('');
      await one.publish(message(1));
      await one.publish(message(2));

      await eventually(elapse, () => {
        assert.deepEqual([subscriber.messages, subscriber.gaps], [[message(1), message(2)], 1]);
      });
      assert.equal(two.probe.health, 'up');
    });
  });
}

/** A subscription and everything that it received. */
interface Subscriber {
  readonly messages: InvalidationMessage[];
  gaps: number;
  leave: () => Promise<void>;
}

async function subscribeTo(bus: InvalidationBus): Promise<Subscriber> {
  const subscriber: Subscriber = { messages: [], gaps: 0, leave: () => Promise.resolve() };
  subscriber.leave = await bus.subscribe(
    (message) => subscriber.messages.push(message),
    () => (subscriber.gaps += 1),
  );
  return subscriber;
}

function message(sequence: number, keys: InvalidationMessage['keys'] = [`key ${sequence}`]): InvalidationMessage {
  return { version: 1, node: 'a-node', sequence, namespace: 'shop', keys };
}

function flawed(flaw: object): string {
  return JSON.stringify({ ...message(1), ...flaw });
}

function untilHealth({ probe }: InvalidationBus, health: Health, elapse: BusHarness['elapse']): Promise<void> {
  return eventually(elapse, () => {
    assert.equal(probe.health, health);
  });
}
