import { CacheError } from '../../domain/cache-error';
import {
  takesExpires,
  type ErrorEmitter,
  type Keyv5Instance,
  type Keyv6Instance,
  type KeyvInstance,
  type KeyvRedisLike,
  type KeyvValkeyLike,
  type MapLike,
  type StorageAdapter,
  type WrappingAdapter,
} from './adapter/storage-adapter';

/** A Keyv or a storage adapter, which may be passed as `secondary` without a driver. */
export type KeyvLike = KeyvInstance | StorageAdapter | MapLike;

/** A storage adapter and its kind. */
export type AdapterSource = (
  | { readonly kind: 'node-redis'; readonly adapter: KeyvRedisLike }
  | { readonly kind: 'iovalkey'; readonly adapter: KeyvValkeyLike }
  | { readonly kind: 'memory'; readonly adapter: MapLike }
  | { readonly kind: 'other'; readonly adapter: StorageAdapter }
) & {
  /** Written before every key by the adapters of Keyv 6 around this one. */
  readonly prefix: string;
  /** These adapters. They emit its errors too. */
  readonly around: readonly ErrorEmitter[];
};

/** A Keyv or a storage adapter and its kind. */
export type KeyvSource =
  | AdapterSource
  | {
      readonly kind: 'keyv';
      readonly keyv: KeyvInstance;
      readonly inner: AdapterSource;
      /** Keyv 5 writes it and a colon before every key. That of a Keyv 6 is its adapter's. */
      readonly namespace: string | undefined;
    };

/**
 * The only function that detects the kind. By structure, never by class: a process that uses both module systems has two copies of Keyv and of
 * its adapters.
 * @throws CacheError `CACHE_OPTION_INVALID` if an adapter's declared capabilities cannot be read
 */
export function keyvSource(given: unknown): KeyvSource | undefined {
  if (isKeyv5(given)) return keyvWith(given, writtenNamespace(given));
  if (isKeyv6(given)) return keyvWith(given, undefined);
  return adapterSource(given);
}

function keyvWith(keyv: KeyvInstance, namespace: string | undefined): KeyvSource | undefined {
  const inner = adapterSource(keyv.store);
  return inner && { kind: 'keyv', keyv, inner, namespace };
}

/** Written before every key, also before one that starts with it: Keyv omits it there in `get` and `set`, but not in `getMany`. */
function writtenNamespace({ useKeyPrefix, namespace }: Keyv5Instance): string | undefined {
  return useKeyPrefix && namespace ? namespace : undefined;
}

const bare = { prefix: '', around: [] };

function adapterSource(given: unknown): AdapterSource | undefined {
  if (!hasMethods<StorageAdapter>(given, 'get', 'set', 'delete', 'clear')) return undefined;
  checkCapabilities(given);
  if (isWrapping(given)) return unwrapped(given);
  if (isKeyvRedis(given)) return { kind: 'node-redis', adapter: given, ...bare };
  if (isKeyvValkey(given)) return { kind: 'iovalkey', adapter: given, ...bare };
  if (isMapLike(given)) return { kind: 'memory', adapter: given, ...bare };
  return { kind: 'other', adapter: given, ...bare };
}

/**
 * Keyv 6 puts an adapter around a `Map`, and around an adapter of Keyv 5. The inner one is used: the outer one lists no keys of an inner one that has no list,
 * and reports failures as the inner one does.
 */
function unwrapped(given: WrappingAdapter): AdapterSource {
  const inner = adapterSource(given.store);
  if (inner === undefined) return { kind: 'other', adapter: given, ...bare };
  return { ...inner, prefix: inner.prefix + given.getKeyPrefix('', given.namespace), around: [...inner.around, given] };
}

/** An adapter that is taken for the other kind would lose every value at once, or keep it for ever. */
function checkCapabilities({ capabilities }: StorageAdapter): void {
  const { expires }: { readonly expires?: unknown } = capabilities ?? {};
  if (expires === undefined || typeof expires === 'boolean') return;
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    `keyv(): capabilities.expires of the adapter: expected true (set() takes the time at which an entry ends, as in Keyv 6), or false or nothing ` +
      `(set() takes a time to live, as in Keyv 5), got ${typeof expires}; use a version of the adapter that declares it, or a driver of your own`,
  );
}

function isKeyv5(given: unknown): given is Keyv5Instance {
  return hasMethods<Keyv5Instance>(given, 'serializeData', 'deserializeData') && 'store' in given;
}

function isKeyv6(given: unknown): given is Keyv6Instance {
  return hasMethods<Keyv6Instance>(given, 'encode', 'decode') && 'store' in given && 'serialization' in given;
}

function isWrapping(given: StorageAdapter): given is WrappingAdapter {
  return takesExpires(given) && hasMethods<WrappingAdapter>(given, 'getKeyPrefix') && 'store' in given;
}

function isKeyvRedis(given: object): given is KeyvRedisLike {
  if (!hasMethods<KeyvRedisLike>(given, 'createKeyPrefix')) return false;
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
