import type { Store } from '../../../src/ports/store';
import { FakeClock, FakeStore, testKey, type StoreHarness } from '../../../src/testing';

/** For the Store contract: the control over a fake server. */
export function controlOf(server: FakeStore): Pick<StoreHarness, 'goAway' | 'comeBack' | 'foreign'> {
  return {
    goAway: () => {
      server.fail();
    },
    comeBack: () => {
      server.heal();
    },
    foreign: {
      set: (key, payload) => {
        server.plant(testKey(key), payload);
      },
      get: (key) => server.peek(testKey(key))?.payload,
    },
  };
}

/** For the Store contract: a store around a fake one. */
export function harnessOn(decorate: (inner: Store) => Store): StoreHarness {
  const clock = new FakeClock();
  const inner = new FakeStore(clock);
  return { store: decorate(inner), elapse: (ms) => clock.advance(ms), ...controlOf(inner) };
}
