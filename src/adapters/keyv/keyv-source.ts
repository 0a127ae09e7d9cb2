import type { KeyvInstance, KeyvRedisLike, KeyvValkeyLike, MapLike, StorageAdapter } from './adapter/storage-adapter';

/** What may be passed as a second tier without a driver around it. */
export type KeyvLike = KeyvInstance | StorageAdapter;

/** What stores the payloads in the end. */
export type AdapterSource =
  | { readonly kind: 'node-redis'; readonly adapter: KeyvRedisLike }
  | { readonly kind: 'iovalkey'; readonly adapter: KeyvValkeyLike }
  | { readonly kind: 'memory'; readonly adapter: MapLike }
  | { readonly kind: 'other'; readonly adapter: StorageAdapter };

/** What somebody passed, told apart once and for all. */
export type KeyvSource = AdapterSource | { readonly kind: 'keyv'; readonly keyv: KeyvInstance; readonly below: AdapterSource };

/**
 * The only place that looks at what it was given. It goes by structure, never by class: Keyv and its adapters exist twice in a process that
 * uses both module systems.
 */
export function keyvSource(given: unknown): KeyvSource | undefined {
  if (!isKeyv(given)) return adapterSource(given);
  const below = adapterSource(given.store);
  return below && { kind: 'keyv', keyv: given, below };
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
