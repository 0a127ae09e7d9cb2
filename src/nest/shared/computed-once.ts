import type { ExecutionContext } from '@nestjs/common';
import type { ClassLike } from './class-like';

/** A value that is computed once for each handler and class. The class counts, because a handler may be inherited. */
export class PerHandler<T> {
  readonly #build: (context: ExecutionContext) => T;
  readonly #built = new WeakMap<object, WeakMap<object, T>>();

  constructor(build: (context: ExecutionContext) => T) {
    this.#build = build;
  }

  of(context: ExecutionContext): T {
    return this.#built.get(context.getHandler())?.get(context.getClass()) ?? this.#add(context);
  }

  #add(context: ExecutionContext): T {
    const handler = context.getHandler();
    const ofClasses = this.#built.get(handler) ?? new WeakMap<object, T>();
    const value = this.#build(context);
    this.#built.set(handler, ofClasses.set(context.getClass(), value));
    return value;
  }
}

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
