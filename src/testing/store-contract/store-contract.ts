import { suite } from '../suite-tools';
import { clearingTests } from './clearing';
import { lifetimeTests } from './lifetimes';
import { outageTests } from './outages';
import { payloadTests } from './payloads';
import type { StoreHarness } from './store-harness';
import { rowUpdateTests } from './row-updates';
import { tagUpdateTests } from './tag-updates';

/** Tests everything that the cache relies on in a {@link Store}. A harness may use one server for all tests: each test uses different keys. */
export function storeContract(name: string, makeHarness: () => StoreHarness | Promise<StoreHarness>): void {
  suite(`${name} keeps the Store contract`, makeHarness, (test) => {
    payloadTests(test);
    lifetimeTests(test);
    clearingTests(test);
    tagUpdateTests(test);
    rowUpdateTests(test);
    outageTests(test);
  });
}
