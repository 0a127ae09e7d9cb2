import { createHash } from 'node:crypto';
import { canonicalArguments } from '../shared/canonical-arguments';

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
