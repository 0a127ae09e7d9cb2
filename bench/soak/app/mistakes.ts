import type { InvalidationBus, Store, StoreDriver } from 'tiercel';

/** Can be planted into an instance, between the cache and its recorder, to see whether the oracle finds it. */
export type Mistake = 'ignores messages' | 'deletes in L1 alone' | 'invalidates tags in L1 alone';

const mistakes: Readonly<Record<Mistake, (driver: StoreDriver) => Partial<StoreDriver>>> = {
  'ignores messages': ({ bus }) => ({ bus: bus && withoutMessages(bus) }),
  'deletes in L1 alone': ({ store }) => ({ store: storeWith(store, { delete: async () => undefined }) }),
  'invalidates tags in L1 alone': ({ store }) => ({
    store: storeWith(store, { updateTags: (update) => store.updateTags!({ ...update, change: 'none' }) }),
  }),
};

export function withMistake(driver: StoreDriver, mistake: Mistake | undefined): StoreDriver {
  const { bus, name, probe, store } = driver;
  const right: StoreDriver = { bus, name, probe, store, open: () => driver.open(), close: () => driver.close() };
  return mistake === undefined ? right : { ...right, ...mistakes[mistake](driver) };
}

function withoutMessages(bus: InvalidationBus): InvalidationBus {
  const { probe, noticesWithinMs } = bus;
  return {
    probe,
    noticesWithinMs,
    publish: (message) => bus.publish(message),
    subscribe: (_, onGap) => bus.subscribe(() => undefined, onGap),
  };
}

/** All methods of the store, but for those that are wrong. */
function storeWith(store: Store, wrong: Partial<Store>): Store {
  return {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    set: (key, payload, ttlMs) => store.set(key, payload, ttlMs),
    setMany: (entries) => store.setMany(entries),
    delete: (keys) => store.delete(keys),
    clear: (prefix) => store.clear(prefix),
    updateTags: (update) => store.updateTags!(update),
    updateRow: (key, update) => store.updateRow!(key, update),
    ...wrong,
  };
}
