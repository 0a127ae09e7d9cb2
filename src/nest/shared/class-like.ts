/** A class that is not instantiated here. */
export interface ClassLike {
  readonly name: string;
  readonly prototype: object;
}

export function isClass(value: unknown): value is ClassLike {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}

/** Read from the prototype: a mock that has every property would also have an own `constructor`. */
export function classOf(instance: object): ClassLike | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown } | null;
  return isClass(prototype?.constructor) ? prototype.constructor : undefined;
}
