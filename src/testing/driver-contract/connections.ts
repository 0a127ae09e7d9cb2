import assert from 'node:assert/strict';
import type { StoreDriver } from '../../ports/driver';
import { type Test, freshKeys, eventually, promptly, textOf } from '../suite-tools';
import type { CapabilityTest, DriverHarness } from './driver-harness';

const minuteMs = 60_000;

export function connectionTests(test: Test<DriverHarness>, testWith: CapabilityTest): void {
  test('is up once it is open', async ({ driver }) => {
    await promptly('open()', driver.open());

    assert.deepEqual([driver.probe.health, driver.probe.reason], ['up', undefined]);
  });

  testWith('connection', 'is down before open() and after close(), with a reason', async ({ driver }) => {
    const before = [driver.probe.health, typeof driver.probe.reason];

    await driver.open();
    await driver.close();

    assert.deepEqual(
      [before, [driver.probe.health, typeof driver.probe.reason]],
      [
        ['down', 'string'],
        ['down', 'string'],
      ],
    );
  });

  test('closes without having been opened', async ({ driver }) => {
    await promptly('close()', driver.close());
  });

  testWith('connection', 'closes while it opens, and open() then resolves', async ({ driver }) => {
    const opening = driver.open();

    await promptly('close()', driver.close());
    await promptly('open()', opening);

    assert.equal(driver.probe.health, 'down');
  });

  test('can be closed twice, at once and later', async ({ driver }) => {
    await driver.open();

    await promptly('close()', Promise.all([driver.close(), driver.close()]));
    await promptly('close()', driver.close());
  });

  testWith('borrowing', 'leaves a client of the user connected, and removes its listeners from it', async ({ elapse }, borrowing) => {
    const client = await borrowing();
    try {
      const before = client.listeners();
      await client.driver.open();
      await eventually(elapse, () => client.driver.store.set(freshKeys()('a'), 'payload', minuteMs));

      await promptly('close()', client.driver.close());

      assert.deepEqual([client.isConnected(), client.listeners()], [true, before]);
    } finally {
      await client.driver.close();
      await client.close();
    }
  });

  testWith('keys', 'writes keyPrefix before every key, and nothing else', async ({ driver }, keys) => {
    const key = freshKeys();
    await driver.open();

    await driver.store.set(key('one'), '1', minuteMs);
    await driver.store.setMany(['two', 'three'].map((text) => ({ key: key(text), payload: text, ttlMs: minuteMs })));

    const expected = ['one', 'two', 'three'].map((text) => `${driver.keyPrefix ?? ''}${key(text)}`);
    assert.deepEqual([...(await keys())].sort(), expected.sort());
  });
}

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
