import assert from 'node:assert/strict';
import type { StoreDriver } from '../../ports/driver';
import { freshKeys } from '../test-key';
import { textOf } from '../text-of';
import { promptly } from '../waiting';
import type { CapabilityTest } from './driver-harness';

const minuteMs = 60_000;
const watchMs = 400;
const stepMs = 20;

type Elapse = (ms: number) => void | Promise<void>;

export function refusalTests(testWith: CapabilityTest): void {
  testWith('auth', 'is down with a wrong password, and names no password', async ({ elapse }, { driver, password }) => {
    const text = await refusedText(driver, elapse);

    assert.ok(!text.includes(password), 'a reason or an error contains the password');
  });

  testWith('database', 'is down with a database that does not exist, and writes to no other', async ({ elapse, keys }, driver) => {
    await refusedText(driver, elapse);

    assert.deepEqual(await keys?.(), []);
  });
}

/** Opens the driver, and checks that it is not up and rejects writes. Returns the text of all reasons and errors. */
async function refusedText(driver: StoreDriver, elapse: Elapse): Promise<string> {
  const seen: unknown[] = [];
  try {
    await promptly('open()', driver.open());
    for (let waitedMs = 0; waitedMs < watchMs; waitedMs += stepMs) {
      assert.deepEqual([driver.probe.health, typeof driver.probe.reason], ['down', 'string']);
      const [outcome] = await Promise.allSettled([driver.store.set(freshKeys()('a'), 'payload', minuteMs)]);
      assert.equal(outcome.status, 'rejected', 'a write succeeded');
      seen.push(driver.probe.reason, outcome.reason);
      await elapse(stepMs);
    }
  } finally {
    await promptly('close()', driver.close());
  }
  return seen.map(textOf).join('\n');
}
