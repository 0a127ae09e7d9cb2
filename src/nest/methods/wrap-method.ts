import type { AnyFunction } from './method-types';

/**
 * Puts a function in the place of a method that cannot be told from it by name, length and metadata: routes, guards, message patterns and API
 * descriptions find what they expect, whichever decorator is written first.
 */
export function wrapMethod(descriptor: PropertyDescriptor, invoke: (self: unknown, args: unknown[]) => unknown): void {
  const original = descriptor.value as AnyFunction;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return invoke(this, args);
  };
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, property, { value: original[property], configurable: true });
  }
  for (const key of Reflect.getOwnMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
  descriptor.value = wrapper;
}
