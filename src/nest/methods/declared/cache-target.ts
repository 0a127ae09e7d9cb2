import type { LifeOptions } from '../../../domain/options/options';
import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { cacheIn, slotFor } from './cache-slot';

/** Defaults for the decorated methods of a class. Options of a method override them. */
export interface CacheConfigOptions extends LifeOptions {
  /**
   * The cache that they use, as named in `CacheableModule.register({ name })`.
   * @defaultValue the cache without a name
   */
  readonly cache?: string;
  /**
   * The namespace of the cache that they use: keys and `allEntries` are those of the namespace.
   * @defaultValue none: the cache itself
   */
  readonly namespace?: string;
}

const classConfigMetadata = Symbol.for('tiercel.class-config');

export function declareClassConfig(type: object, config: CacheConfigOptions): void {
  Reflect.defineMetadata(classConfigMetadata, { ...classConfigOf(type), ...config }, type);
}

/** The configuration of a class, completed by that of its base classes. */
export function classConfigOf(type: object): CacheConfigOptions {
  return (Reflect.getMetadata(classConfigMetadata, type) as CacheConfigOptions | undefined) ?? {};
}

/** The names of a cache and of a namespace in it. Those of a method override those of its class. */
interface TargetNames {
  readonly cache?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The cache, or the namespace of a cache, that a method uses in the instances of one class. */
export class CacheTarget {
  readonly cacheName: string | undefined;
  readonly namespace: string | undefined;
  /** The property in which instances keep the cache. */
  readonly slot: symbol;
  readonly #namespaces = new WeakMap<CacheableService, CacheableService>();

  constructor(type: ClassLike, given: TargetNames) {
    const config = classConfigOf(type);
    this.cacheName = given.cache ?? config.cache;
    this.namespace = given.namespace ?? config.namespace;
    this.slot = slotFor(this.cacheName);
  }

  /** `undefined` where the instance has none, for example because it was not made by Nest. */
  cacheOf(instance: unknown): CacheableService | undefined {
    const cache = cacheIn(instance as object, this.slot);
    return cache && this.partOf(cache);
  }

  /** The namespace of the cache that the method uses, or the cache itself. */
  partOf(cache: CacheableService): CacheableService {
    if (this.namespace === undefined) return cache;
    const known = this.#namespaces.get(cache);
    if (known !== undefined) return known;
    const made = cache.namespace(this.namespace);
    this.#namespaces.set(cache, made);
    return made;
  }
}
