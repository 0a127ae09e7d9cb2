/** A class, of which nothing is made here. */
export interface ClassLike {
  readonly name: string;
  readonly prototype: object;
}

export function isClass(value: unknown): value is ClassLike {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}

/** By its prototype: a mock that answers to every name would make up a constructor. */
export function classOf(instance: object): ClassLike | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown } | null;
  return isClass(prototype?.constructor) ? prototype.constructor : undefined;
}
