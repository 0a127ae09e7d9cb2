import assert from 'node:assert/strict';
import type { Health, HealthProbe } from '../ports/health-probe';
import { eventually } from './eventually';
import { suite, type Harness, type Test, type TestBody } from './suite';

/** A probe that was not started, and power over the server that it watches, which can be reached at first. */
export interface HealthProbeHarness extends Harness {
  readonly probe: HealthProbe;
  /** Lets so many milliseconds pass for the probe. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach, in a way that the probe can notice. */
  readonly goAway: () => void | Promise<void>;
  readonly comeBack: () => void | Promise<void>;
}

/** Long enough for a change that must not come to show. */
const quietMs = 300;

/** Everything that the cache relies on in a {@link HealthProbe}. */
export function healthProbeContract(name: string, makeHarness: () => HealthProbeHarness | Promise<HealthProbeHarness>): void {
  suite(`${name} keeps the HealthProbe contract`, makeHarness, (declareTest) => {
    const test: Test<HealthProbeHarness> = (title, body) => {
      declareTest(title, (harness) => stoppedAfterwards(harness, body));
    };

    test('is down before it was started, and says why', ({ probe }) => {
      assert.equal(probe.health, 'down');
      assert.equal(typeof probe.reason, 'string');
    });

    test('comes up after its start when the server answers', async (harness) => {
      harness.probe.start();

      await untilHealth(harness, 'up');

      assert.equal(harness.probe.reason, undefined);
    });

    test('goes down with the server, says why, and comes up with it again', async (harness) => {
      harness.probe.start();
      await untilHealth(harness, 'up');

      await harness.goAway();
      await untilHealth(harness, 'down');
      assert.equal(typeof harness.probe.reason, 'string');

      await harness.comeBack();
      await untilHealth(harness, 'up');
      assert.equal(harness.probe.reason, undefined);
    });

    test('comes up later when the server was away at its start', async (harness) => {
      await harness.goAway();
      harness.probe.start();
      await harness.elapse(quietMs);
      assert.equal(harness.probe.health, 'down');

      await harness.comeBack();

      await untilHealth(harness, 'up');
    });

    test('tells every listener of changes only, and after health has changed', async (harness) => {
      const { probe } = harness;
      const told: Health[][] = [];
      probe.onChange((health) => told.push([health, probe.health]));
      probe.onChange((health) => told.push([health, probe.health]));
      probe.start();

      await untilHealth(harness, 'up');
      await harness.goAway();
      await untilHealth(harness, 'down');
      await harness.comeBack();
      await untilHealth(harness, 'up');
      await harness.elapse(quietMs);

      const twice = (health: Health): Health[][] => [
        [health, health],
        [health, health],
      ];
      assert.deepEqual(told, [...twice('up'), ...twice('down'), ...twice('up')]);
    });

    test('does not tell a listener that has left', async (harness) => {
      const told: string[] = [];
      const leave = harness.probe.onChange(() => told.push('left'));
      harness.probe.onChange(() => told.push('stays'));
      leave();
      leave();

      harness.probe.start();
      await untilHealth(harness, 'up');

      assert.deepEqual(told, ['stays']);
    });

    test('is down and tells nothing once it was stopped, until it is started again', async (harness) => {
      const told: Health[] = [];
      harness.probe.start();
      await untilHealth(harness, 'up');
      harness.probe.onChange((health) => told.push(health));

      harness.probe.stop();
      harness.probe.stop();
      await harness.goAway();
      await harness.comeBack();
      await harness.elapse(quietMs);

      assert.deepEqual(told, []);
      assert.equal(harness.probe.health, 'down');
      harness.probe.start();
      await untilHealth(harness, 'up');
      assert.deepEqual(told, ['up']);
    });
  });
}

async function stoppedAfterwards(harness: HealthProbeHarness, body: TestBody<HealthProbeHarness>): Promise<void> {
  try {
    await body(harness);
  } finally {
    harness.probe.stop();
  }
}

function untilHealth({ probe, elapse }: HealthProbeHarness, health: Health): Promise<void> {
  return eventually(elapse, () => {
    assert.equal(probe.health, health);
  });
}
