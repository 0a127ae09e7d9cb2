import assert from 'node:assert/strict';
import type { StoreDriver } from '../../ports/driver';
import type { Health } from '../../ports/health-probe';
import { freshKeys, eventually, promptly } from '../suite-tools';
import type { CapabilityTest, DriverHarness } from './driver-harness';

const minuteMs = 60_000;
const outOfReach = { name: 'CacheError', code: 'CACHE_TIER_UNAVAILABLE' };

export function outageTests(testWith: CapabilityTest): void {
  testWith('outage', 'opens in bounded time while the server is away, says why, and connects later', async (harness, outage) => {
    const { driver } = harness;
    await outage.goAway();

    await promptly('open()', driver.open());
    const { health, reason } = driver.probe;
    await outage.comeBack();

    assert.deepEqual([health, typeof reason], ['down', 'string']);
    await usable(harness);
  });

  testWith('outage', 'is down after the server was killed, and up after it was restarted, each time', async (harness, outage) => {
    await harness.driver.open();

    for (let round = 1; round <= 2; round += 1) {
      await outage.goAway();
      await untilHealth(harness, 'down');
      await outage.comeBack();
      await usable(harness);
    }
  });

  testWith('outage', 'closes in bounded time while the server is away, and stays closed', async ({ driver, elapse }, outage) => {
    await driver.open();
    await outage.goAway();

    await promptly('close()', driver.close());
    await outage.comeBack();
    await elapse(200);

    assert.equal(driver.probe.health, 'down');
  });

  testWith('freezing', 'opens in bounded time while the server is frozen, and connects later', async (harness, freezing) => {
    await frozen(freezing, async () => {
      await promptly('open()', harness.driver.open());
      assert.deepEqual([harness.driver.probe.health, typeof harness.driver.probe.reason], ['down', 'string']);
    });

    await usable(harness);
  });

  testWith('freezing', 'notices a frozen server without traffic, and recovers', async (harness, freezing) => {
    await harness.driver.open();

    await frozen(freezing, () => untilHealth(harness, 'down'));

    await usable(harness);
  });

  testWith('freezing', 'closes in bounded time while the server is frozen, and rejects calls in flight', async ({ driver }, freezing) => {
    const key = freshKeys()('a');
    await driver.open();

    await frozen(freezing, async () => {
      const calls = Promise.allSettled([driver.store.get(key), driver.store.set(key, 'late', minuteMs)]);
      await promptly('close()', driver.close());
      for (const outcome of await promptly('calls in flight', calls)) {
        assert.equal(outcome.status, 'rejected');
        assert.equal((outcome.reason as { code?: unknown }).code, outOfReach.code);
      }
    });
  });
}

/** Freezes the server for the duration of the work. */
async function frozen(
  { freeze, thaw }: { readonly freeze: () => void | Promise<void>; readonly thaw: () => void | Promise<void> },
  work: () => Promise<void>,
): Promise<void> {
  await freeze();
  try {
    await work();
  } finally {
    await thaw();
  }
}

async function untilHealth({ driver, elapse }: DriverHarness, health: Health): Promise<void> {
  await eventually(elapse, () => {
    assert.equal(driver.probe.health, health, `health, with the reason ${String(driver.probe.reason)}`);
  });
}

/** Waits until the driver is up, and writes and reads. */
async function usable(harness: DriverHarness): Promise<void> {
  await untilHealth(harness, 'up');
  const { store }: StoreDriver = harness.driver;
  const key = freshKeys()('a');
  await eventually(harness.elapse, () => store.set(key, 'payload', minuteMs));
  assert.equal(await store.get(key), 'payload');
}
