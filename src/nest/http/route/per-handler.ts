import type { ExecutionContext } from '@nestjs/common';

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
