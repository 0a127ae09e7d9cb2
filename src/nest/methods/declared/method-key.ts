import { createHash } from 'node:crypto';
import { canonicalArguments } from '../../shared/canonical-arguments';
import type { ClassLike } from '../../shared/class-like';

/** Longer arguments are hashed. */
const longestText = 200;

/**
 * Names a call by its method and its arguments: `UserService.find(42)`, or `UserService.search(#<sha256>)`.
 * @param method - class and method
 */
export function defaultKey(method: string): (args: readonly unknown[]) => string {
  return (args) => {
    const text = canonicalArguments(args, method);
    // No argument begins like a hash.
    return `${method}(${text.length <= longestText ? text : `#${createHash('sha256').update(text).digest('hex')}`})`;
  };
}

/** A method as keys, errors and logs call it. */
export function methodName(type: { readonly name: string }, name: string | symbol): string {
  return `${type.name}.${String(name)}`;
}

/**
 * As {@link methodName}, for keys. A method that a subclass overrides is still called through `super`, inside the other, and must not be taken
 * for it: a call would wait for itself.
 * @param prototype - the one that the method was declared on
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
