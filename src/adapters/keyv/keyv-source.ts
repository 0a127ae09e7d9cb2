import type { KeyvInstance, KeyvRedisLike, KeyvValkeyLike, MapLike, StorageAdapter } from './adapter/storage-adapter';

/** A Keyv or a storage adapter, which may be passed as `secondary` without a driver. */
export type KeyvLike = KeyvInstance | StorageAdapter;

/** A storage adapter and its kind. */
export type AdapterSource =
  | { readonly kind: 'node-redis'; readonly adapter: KeyvRedisLike }
  | { readonly kind: 'iovalkey'; readonly adapter: KeyvValkeyLike }
  | { readonly kind: 'memory'; readonly adapter: MapLike }
  | { readonly kind: 'other'; readonly adapter: StorageAdapter };

/** A Keyv or a storage adapter and its kind. */
export type KeyvSource = AdapterSource | { readonly kind: 'keyv'; readonly keyv: KeyvInstance; readonly inner: AdapterSource };

/**
 * The only function that detects the kind. By structure, never by class: a process that uses both module systems has two copies of Keyv and of
 * its adapters.
 */
export function keyvSource(given: unknown): KeyvSource | undefined {
  if (!isKeyv(given)) return adapterSource(given);
  const inner = adapterSource(given.store);
  return inner && { kind: 'keyv', keyv: given, inner };
}

function adapterSource(given: unknown): AdapterSource | undefined {
  if (!hasMethods<StorageAdapter>(given, 'get', 'set', 'delete', 'clear')) return undefined;
  if (isKeyvRedis(given)) return { kind: 'node-redis', adapter: given };
  if (isKeyvValkey(given)) return { kind: 'iovalkey', adapter: given };
  if (isMapLike(given)) return { kind: 'memory', adapter: given };
  return { kind: 'other', adapter: given };
}

function isKeyv(given: unknown): given is KeyvInstance {
  return hasMethods<KeyvInstance>(given, 'serializeData', 'deserializeData') && 'store' in given;
}

function isKeyvRedis(given: object): given is KeyvRedisLike {
  if (!hasMethods<KeyvRedisLike>(given, 'getMany', 'createKeyPrefix', 'getMasterNodes')) return false;
  return hasMethods(given.client, 'connect', 'destroy') && 'isOpen' in given.client;
}

function isKeyvValkey(given: object): given is KeyvValkeyLike {
  if (!hasMethods<KeyvValkeyLike>(given, '_getKeyName')) return false;
  return hasMethods(given.redis, 'connect', 'disconnect', 'pipeline') && 'status' in given.redis;
}

function isMapLike(given: object): given is MapLike {
  return hasMethods<MapLike>(given, 'keys') && Symbol.iterator in given;
}

function hasMethods<T extends object>(given: unknown, ...names: readonly (keyof T & string)[]): given is T {
  return typeof given === 'object' && given !== null && names.every((name) => typeof Reflect.get(given, name) === 'function');
}
