import assert from 'node:assert/strict';
import { suite, type Test } from '../suite-tools';
import { connectionTests, refusalTests } from './connections';
import type { CapabilityTest, DriverCapabilities, DriverHarness, Lacks } from './driver-harness';
import { outageTests } from './outages';

/**
 * Tests everything that the cache relies on in a {@link StoreDriver}, except for its store, which has the Store contract.
 * @param lacks - the capabilities that the driver does not have, each with the reason. Every other capability has to be in the harness.
 */
export function driverContract(name: string, makeHarness: () => DriverHarness | Promise<DriverHarness>, lacks: Lacks = {}): void {
  suite(`${name} keeps the StoreDriver contract`, makeHarness, (test) => {
    const testWith = capabilityTest(test, lacks);
    connectionTests(test, testWith);
    outageTests(testWith);
    refusalTests(testWith);
  });
}

function capabilityTest(test: Test<DriverHarness>, lacks: Lacks): CapabilityTest {
  return (capability, title, body) => {
    const reason = lacks[capability];
    if (reason !== undefined) {
      test(`${title}: not tested, lacks ${capability} (${reason})`, (harness) => {
        assert.equal(harness[capability], undefined, `the harness has ${capability}, which is listed in lacks: remove it there`);
      });
      return;
    }
    test(title, async (harness) => {
      const present = harness[capability];
      assert.ok(present !== undefined, `the harness has no ${capability}: add it, or list it in lacks with the reason`);
      await body(harness, present as DriverCapabilities[typeof capability]);
    });
  };
}
