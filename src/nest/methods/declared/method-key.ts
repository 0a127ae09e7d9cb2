import { createHash } from 'node:crypto';
import { canonicalArguments } from '../../shared/canonical-arguments';
import { ClassNames } from '../../shared/visible-state';
import type { ClassLike } from '../../shared/class-like';

/** Longer arguments are hashed. In characters. */
const maxTextLength = 200;

/**
 * Names a call by its method and its arguments: `UserService.find(42)`, or `UserService.search(#<sha256>)`.
 * @param method - class and method
 */
export function defaultKey(method: string): (args: readonly unknown[]) => string {
  const names = new ClassNames();
  return (args) => {
    const text = canonicalArguments(args, method, names);
    // No argument starts with '#', so a hash equals no arguments.
    return `${method}(${text.length <= maxTextLength ? text : `#${createHash('sha256').update(text).digest('hex')}`})`;
  };
}

/** The name of a method in keys, errors and logs. */
export function methodName(type: { readonly name: string }, name: string | symbol): string {
  return `${type.name}.${String(name)}`;
}

/**
 * The name of a method in default keys. An overridden method that is called through `super` has another key than the method that overrides it:
 * with one key the outer load would wait for itself.
 * @param prototype - the one that declares the method
 */
export function keyName(type: ClassLike, prototype: object, name: string | symbol): string {
  const overridden = declaringPrototype(type.prototype, name) !== prototype;
  return overridden ? `${type.name}>${methodName(prototype.constructor, name)}` : methodName(type, name);
}

function declaringPrototype(prototype: object, name: string | symbol): object | null {
  let one: object | null = prototype;
  while (one !== null && !Object.hasOwn(one, name)) one = Object.getPrototypeOf(one) as object | null;
  return one;
}
