/** No real data nests deeper. The limit also ends a cycle, without a list of the objects seen. */
export const maxDepth = 200;

/**
 * Whether `JSON.parse(JSON.stringify(value))` gives an equal value. One pass, so that plain data, which is nearly all data, does not pay for the
 * other types.
 */
export function isPlainJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      // -0 would come back as 0.
      return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
    case 'object':
      if (value === null) return true;
      if (depth === maxDepth) return false;
      if (Array.isArray(value)) return isPlainArray(value) && hasPlainItems(value, depth);
      return isPlainObject(value) && hasPlainFields(value, depth);
    default:
      return false;
  }
}

/** Whether an object has the prototype of `{…}` or none. Any other has a class, which JSON would lose. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !hasToJson(value);
}

/** Whether an array has the prototype of `[…]`. Holes are found when its items are checked. */
export function isPlainArray(value: object): value is unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype && !hasToJson(value);
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function hasPlainItems(values: readonly unknown[], depth: number): boolean {
  // By index: `every` skips holes, which JSON turns into null.
  for (let i = 0; i < values.length; i++) if (!isPlainJson(values[i], depth + 1)) return false;
  return true;
}

function hasPlainFields(value: Record<string, unknown>, depth: number): boolean {
  if (Object.getPrototypeOf(value) === null) return false;
  for (const name in value) if (reachesPrototype(name, value[name]) || !isPlainJson(value[name], depth + 1)) return false;
  return true;
}

/**
 * Whether a careless merge would follow this field to the prototype of all objects: `__proto__`, or `constructor` with a field `prototype`.
 * Values with such a field are neither written to L2 nor read from it.
 */
export function reachesPrototype(name: string, value: unknown): boolean {
  if (name === '__proto__') return true;
  return name === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
