import type { LifeOptions } from '../../../domain/options/options';

/** What the decorated methods of a class have in common, unless a method says otherwise. */
export interface CacheConfigOptions extends LifeOptions {
  /**
   * The cache that they use, as given to `CacheableModule.register({ name })`.
   * @defaultValue the one that has no name
   */
  readonly cache?: string;
  /**
   * The part of the cache that they use: own keys, own `allEntries`.
   * @defaultValue the whole
   */
  readonly namespace?: string;
}

const classConfigMetadata = Symbol.for('tiercel.class-config');

export function declareConfig(type: object, config: CacheConfigOptions): void {
  Reflect.defineMetadata(classConfigMetadata, { ...configOf(type), ...config }, type);
}

/** That of the class, and what it does not say of its base. */
export function configOf(type: object): CacheConfigOptions {
  return (Reflect.getMetadata(classConfigMetadata, type) as CacheConfigOptions | undefined) ?? {};
}
