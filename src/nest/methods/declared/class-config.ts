import type { LifeOptions } from '../../../domain/options/options';

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
