import { suite } from '../suite-tools';
import { boundTests } from './bounds';
import { ContentStore, type LocalStoreHarness, type LocalStoreTools } from './local-store-harness';
import { lifetimeTests } from './lifetimes';
import { listingTests, valueTests } from './values';

/** Tests everything that the cache relies on in a {@link LocalStore}. */
export function localStoreContract(name: string, makeHarness: () => LocalStoreHarness | Promise<LocalStoreHarness>): void {
  const makeTools = async (): Promise<LocalStoreTools> => {
    const harness = await makeHarness();
    const { capacity, maxBytes, store: local } = harness;
    const store = new ContentStore(local, () => harness.elapsed());
    return { local, store, capacity, maxBytes, elapse: (ms: number) => harness.elapse(ms), close: () => harness.close?.() };
  };

  suite(`${name} keeps the LocalStore contract`, makeTools, (test) => {
    valueTests(test);
    lifetimeTests(test);
    boundTests(test);
    listingTests(test);
  });
}
