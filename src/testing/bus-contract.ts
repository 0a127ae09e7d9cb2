import assert from 'node:assert/strict';
import type { Health } from '../ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../ports/invalidation-bus';
import { eventually } from './eventually';
import { suite, type Harness } from './suite';
import { textOf } from './text-of';

/** Three processes' buses on one channel, to which nobody has subscribed yet, and power over the server between them. */
export interface BusHarness extends Harness {
  readonly buses: readonly [InvalidationBus, InvalidationBus, InvalidationBus];
  /** Lets so many milliseconds pass for the buses. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach for all of them, so that their connections break. */
  readonly goAway: () => void | Promise<void>;
  readonly comeBack: () => void | Promise<void>;
  /** Publishes what is no message on the channel, past the buses. */
  readonly makeNoise: (text: string) => void | Promise<void>;
}

const outOfReach = { name: 'CacheError', code: 'CACHE_TIER_UNAVAILABLE' };

/** What a careless parser takes for a message, or breaks on. */
const noises: readonly string[] = [
  ...['', 'null', '[]', '1', '"everything"', '{', '{}', '\u0000', '{"version":1,"keys":"everything"}', '['.repeat(60_000)],
  ...[{ version: '1' }, { node: 1 }, { sequence: '1' }, { sequence: 0 }, { sequence: 1e300 }, { namespace: null }].map(flawed),
  ...[{ keys: 'some' }, { keys: ['a', 1] }, { keys: { length: 1, 0: 'a' } }, { keys: ['k'.repeat(70_000)] }].map(flawed),
  'x'.repeat(10_000_000),
];

/** Everything that the cache relies on in an {@link InvalidationBus}. */
export function busContract(name: string, makeHarness: () => BusHarness | Promise<BusHarness>): void {
  suite(`${name} keeps the InvalidationBus contract`, makeHarness, (test) => {
    test('carries what one publishes to all others, unchanged', async ({ buses: [one, two, three], elapse }) => {
      const ears = await Promise.all([listenTo(two), listenTo(three)]);
      const strange = ['a', '', 'é', '🔑', '__proto__', 'constructor', 'a"b\\c', 'k'.repeat(10_000)];
      const messages = [message(1, strange), message(2, []), message(3, 'everything')];

      for (const each of messages) await one.publish(each);

      for (const ear of ears) {
        await eventually(elapse, () => {
          assert.deepEqual(ear.messages, messages);
        });
        assert.equal(ear.gaps, 0);
      }
    });

    test('keeps the order in which one publishes', async ({ buses: [one, two], elapse }) => {
      const ear = await listenTo(two);
      const messages = Array.from({ length: 200 }, (_, index) => message(index + 1));

      await Promise.all(messages.map((each) => one.publish(each)));

      await eventually(elapse, () => {
        assert.deepEqual(ear.messages, messages);
      });
    });

    test('hands over messages of a version that nobody knows yet', async ({ buses: [one, two], elapse }) => {
      const ear = await listenTo(two);

      await one.publish({ ...message(1), version: 999 });

      await eventually(elapse, () => {
        assert.deepEqual(ear.messages, [{ ...message(1), version: 999 }]);
      });
      assert.equal(ear.gaps, 0);
    });

    test('tells every subscription of a bus, and none that has ended', async ({ buses: [one, two], elapse }) => {
      const ears = await Promise.all([listenTo(two), listenTo(two)]);
      await ears[0].leave();
      await ears[0].leave();

      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual(ears[1].messages, [message(1)]);
      });
      assert.deepEqual([ears[0].messages, ears[0].gaps], [[], 0]);
    });

    test('is up while somebody has subscribed, and down before and afterwards', async ({ buses: [, bus], elapse }) => {
      const before = bus.probe.health;

      const ear = await listenTo(bus);
      await untilHealth(bus, 'up', elapse);
      await ear.leave();

      assert.deepEqual([before, bus.probe.health], ['down', 'down']);
    });

    test('can be subscribed to again after the last has left', async ({ buses: [one, two], elapse }) => {
      const first = await listenTo(two);
      await first.leave();
      const second = await listenTo(two);

      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual(second.messages, [message(1)]);
      });
      assert.deepEqual([first.messages, second.gaps], [[], 0]);
    });

    test('can be subscribed to while the server is away, and hears once it is back', async ({ buses, elapse, goAway, comeBack }) => {
      const [one, two] = buses;
      await goAway();
      const ear = await listenTo(two);
      const { health, reason } = two.probe;

      await comeBack();
      await untilHealth(two, 'up', elapse);
      await eventually(elapse, () => one.publish(message(1)));

      await eventually(elapse, () => {
        assert.deepEqual(ear.messages, [message(1)]);
      });
      assert.deepEqual([health, typeof reason, ear.gaps], ['down', 'string', 0]);
    });

    test('tells of a gap once after each time when it could not hear', async ({ buses, elapse, goAway, comeBack }) => {
      const [one, two] = buses;
      const ear = await listenTo(two);

      for (const outage of [1, 2]) {
        await goAway();
        await untilHealth(two, 'down', elapse);
        assert.equal(ear.gaps, outage - 1);
        await comeBack();
        await untilHealth(two, 'up', elapse);
        assert.equal(ear.gaps, outage);
      }

      await eventually(elapse, () => one.publish(message(1)));
      await eventually(elapse, () => {
        assert.deepEqual(ear.messages, [message(1)]);
      });
      assert.equal(ear.gaps, 2);
    });

    test('rejects to publish while the server is away, and repeats no key', async ({ buses: [one], elapse, goAway, comeBack }) => {
      await goAway();

      const [outcome] = await Promise.allSettled([one.publish(message(1, ['a-secret']))]);
      await assert.rejects(one.publish(message(2)), outOfReach);

      assert.doesNotMatch(textOf(outcome), /a-secret/);
      await comeBack();
      await eventually(elapse, () => one.publish(message(3)));
    });

    test('takes whatever is no message for a gap, and goes on', async ({ buses: [one, two], elapse, makeNoise }) => {
      const ear = await listenTo(two);

      for (const noise of noises) await makeNoise(noise);
      await one.publish(message(1));

      await eventually(elapse, () => {
        assert.deepEqual([ear.messages, ear.gaps], [[message(1)], noises.length]);
      });
    });

    test('is not hurt by a listener that throws, and neither are the others', async ({ buses: [one, two], elapse, makeNoise }) => {
      const fail = (): never => {
        throw new Error('from a listener');
      };
      await two.subscribe(fail, fail);
      const ear = await listenTo(two);

      await makeNoise('');
      await one.publish(message(1));
      await one.publish(message(2));

      await eventually(elapse, () => {
        assert.deepEqual([ear.messages, ear.gaps], [[message(1), message(2)], 1]);
      });
      assert.equal(two.probe.health, 'up');
    });
  });
}

/** Somebody who subscribed, and what he was told. */
interface Ear {
  readonly messages: InvalidationMessage[];
  gaps: number;
  leave: () => Promise<void>;
}

async function listenTo(bus: InvalidationBus): Promise<Ear> {
  const ear: Ear = { messages: [], gaps: 0, leave: () => Promise.resolve() };
  ear.leave = await bus.subscribe(
    (message) => ear.messages.push(message),
    () => (ear.gaps += 1),
  );
  return ear;
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
