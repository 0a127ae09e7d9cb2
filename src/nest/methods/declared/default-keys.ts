import { Cache } from '../../../domain/cache';
import type { DecoratedMethod } from './decorated-method';

/** The method and the instance that calls with a default key belong to. The instance is not kept alive. */
interface KeyOwner {
  readonly method: DecoratedMethod;
  readonly type: unknown;
  /** `undefined` where no instance may use the key. */
  readonly instance: WeakRef<object> | undefined;
}

/** By cache or namespace, then by class and method as the default key names them. */
const owners = new WeakMap<Cache, Map<string, KeyOwner>>();

/**
 * Gives a default key to the first instance that asks for it. A default key consists of class, method and arguments: a second instance of the class, or
 * an instance of another class of that name, would read the entries of the first one. The key stays with the first instance also after its end, since
 * its entries may still be stored.
 * @returns whether the key belongs to this method of this instance
 */
export function claimDefaultKey(cache: Cache, name: string, method: DecoratedMethod, instance: object): boolean {
  if (!(cache instanceof Cache)) return true; // A test's own object in the place of a cache.
  const owner = ownerOf(cache, name) ?? setOwner(cache, name, { method, type: instance.constructor, instance: new WeakRef(instance) });
  return owner.method === method && owner.instance?.deref() === instance;
}

/** Keeps all instances from using a default key. A key that an instance has already stays with it. */
export function withholdDefaultKey(cache: Cache, name: string, method: DecoratedMethod): void {
  if (ownerOf(cache, name) === undefined) setOwner(cache, name, { method, type: undefined, instance: undefined });
}

export function ownerOf(cache: Cache, name: string): KeyOwner | undefined {
  return owners.get(cache)?.get(name);
}

function setOwner(cache: Cache, name: string, owner: KeyOwner): KeyOwner {
  const byName = owners.get(cache) ?? new Map<string, KeyOwner>();
  owners.set(cache, byName.set(name, owner));
  return owner;
}
