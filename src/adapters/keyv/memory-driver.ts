import type { StoreDriver } from '../../ports/driver';
import { alwaysUp } from '../../ports/health-probe';
import { mapKeys } from './adapter-keys';
import { AdapterStore } from './adapter-store';
import type { MapLike } from './storage-adapter';

/** Layer 2 in this process, which cannot be away. For development and tests: what has expired stays in the Map until it is written over. */
export function memoryDriver(map: MapLike): StoreDriver {
  return {
    name: 'keyv',
    store: new AdapterStore(map, {
      checkReady: () => undefined,
      keysFrom: (prefix) => mapKeys(map, prefix),
    }),
    probe: alwaysUp,
    bus: undefined,
    open: async () => undefined,
    close: async () => undefined,
  };
}
