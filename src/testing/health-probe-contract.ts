import assert from 'node:assert/strict';
import type { Health, HealthProbe } from '../ports/health-probe';
import { suite, type Harness, type Test, type TestBody, eventually } from './suite-tools';

/** A probe that is not started, and control over its server, which can be reached at first. */
export interface HealthProbeHarness extends Harness {
  readonly probe: HealthProbe;
  /** Lets time pass for the probe, in milliseconds. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** Puts the server out of reach, in a way that the probe can notice. */
  readonly goAway: () => void | Promise<void>;
  readonly comeBack: () => void | Promise<void>;
}

/** Long enough for a change that must not happen. */
const quietMs = 300;

/** Tests everything that the cache relies on in a {@link HealthProbe}. */
export function healthProbeContract(name: string, makeHarness: () => HealthProbeHarness | Promise<HealthProbeHarness>): void {
  suite(`${name} keeps the HealthProbe contract`, makeHarness, (declareTest) => {
    const test: Test<HealthProbeHarness> = (title, body) => {
      declareTest(title, (harness) => stoppedAfterwards(harness, body));
    };

    test('is down with a reason before it is started', ({ probe }) => {
      assert.equal(probe.health, 'down');
      assert.equal(typeof probe.reason, 'string');
    });

    test('comes up after its start when the server answers', async (harness) => {
      harness.probe.start();

      await untilHealth(harness, 'up');

      assert.equal(harness.probe.reason, undefined);
    });

    test('goes down with a reason when the server goes, and up when it is back', async (harness) => {
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

    test('notifies every listener of changes only, after health has changed', async (harness) => {
      const { probe } = harness;
      const notified: Health[][] = [];
      probe.onChange((health) => notified.push([health, probe.health]));
      probe.onChange((health) => notified.push([health, probe.health]));
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
      assert.deepEqual(notified, [...twice('up'), ...twice('down'), ...twice('up')]);
    });

    test('does not notify a listener that was removed', async (harness) => {
      const notified: string[] = [];
      const remove = harness.probe.onChange(() => notified.push('left'));
      harness.probe.onChange(() => notified.push('stays'));
      remove();
      remove();

      harness.probe.start();
      await untilHealth(harness, 'up');

      assert.deepEqual(notified, ['stays']);
    });

    test('is down and notifies no listener after it was stopped, until it is started again', async (harness) => {
      const notified: Health[] = [];
      harness.probe.start();
      await untilHealth(harness, 'up');
      harness.probe.onChange((health) => notified.push(health));

      harness.probe.stop();
      harness.probe.stop();
      await harness.goAway();
      await harness.comeBack();
      await harness.elapse(quietMs);

      assert.deepEqual(notified, []);
      assert.equal(harness.probe.health, 'down');
      harness.probe.start();
      await untilHealth(harness, 'up');
      assert.deepEqual(notified, ['up']);
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
