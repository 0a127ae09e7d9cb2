import { deepFreeze } from '../../../domain/l1/isolated-local-store';

/** The limit of the depth; it also ends cycles. */
const maxDepth = 100;

/**
 * A frozen copy of a body of plain data, unless `NODE_ENV` is `'production'`. So an interceptor that changes a body fails at once, instead of
 * changing the responses of later callers. It is a copy, because the handler's object may be state of the application. Other bodies are returned as
 * they are.
 */
export function frozenInDevelopment(body: unknown): unknown {
  return process.env['NODE_ENV'] === 'production' || !isPlainData(body) ? body : deepFreeze(structuredClone(body));
}

/** Whether a value consists of JSON types and `undefined`. */
function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
  if (depth > maxDepth || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Object.values(value).every((part) => isPlainData(part, depth + 1));
}
