import type { ClassLike } from '../../shared/class-like';

/** A value that is computed once for each class whose instances inherit a method. */
export class PerClass<T> {
  readonly #build: (type: ClassLike) => T;
  readonly #built = new WeakMap<ClassLike, T>();
  // Most methods are called on instances of one class: its value is found without a lookup.
  #latestType: ClassLike | undefined;
  #latest: T | undefined;

  constructor(build: (type: ClassLike) => T) {
    this.#build = build;
  }

  /** `undefined` without an instance, as for a method that is called without `this`. */
  forInstance(self: unknown): T | undefined {
    const type = (self as { readonly constructor?: ClassLike } | null | undefined)?.constructor;
    if (type === this.#latestType) return this.#latest;
    return typeof type === 'function' ? this.#lookUp(type) : undefined;
  }

  #lookUp(type: ClassLike): T {
    const found = this.#built.get(type) ?? this.#build(type);
    this.#built.set(type, found);
    this.#latestType = type;
    this.#latest = found;
    return found;
  }
}
