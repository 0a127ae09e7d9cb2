import { deepFreeze } from '../../../domain/l1/isolated-local-store';

/** Deeper data is not looked at; a cycle ends here too. */
const maxDepth = 100;

/**
 * A frozen copy of a body of plain data, unless `NODE_ENV` is `'production'`: an interceptor that changes a body fails at once, and not by changing the
 * answers of later callers. A copy, because the handler's own object may be the state of the application. Other bodies are returned as they are.
 */
export function frozenInDevelopment(body: unknown): unknown {
  return process.env['NODE_ENV'] === 'production' || !isPlainData(body) ? body : deepFreeze(structuredClone(body));
}

/** Whether a value consists of what JSON can hold, and of `undefined`. */
function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
  if (depth > maxDepth || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Object.values(value).every((part) => isPlainData(part, depth + 1));
}
