/** Deeper than this nobody nests data on purpose; a cycle is found the same way, without remembering what was seen. */
export const deepestNesting = 200;

/**
 * Whether `JSON.parse(JSON.stringify(value))` gives the very same value. One pass, so that plain data, which is nearly all data, need not pay
 * for the rest.
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
      if (depth === deepestNesting) return false;
      if (Array.isArray(value)) return isPlainArray(value) && hasPlainItems(value, depth);
      return isPlainObject(value) && hasPlainFields(value, depth);
    default:
      return false;
  }
}

/** An object that was written as `{…}`: everything else has a class that JSON would lose. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !hasToJson(value);
}

/** An array that was written as `[…]`. It may have holes; they show where its items are looked at. */
export function isPlainArray(value: object): value is unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype && !hasToJson(value);
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function hasPlainItems(values: readonly unknown[], depth: number): boolean {
  // By index: `every` leaves out holes, which JSON turns into null.
  for (let i = 0; i < values.length; i++) if (!isPlainJson(values[i], depth + 1)) return false;
  return true;
}

function hasPlainFields(value: Record<string, unknown>, depth: number): boolean {
  if (Object.getPrototypeOf(value) === null) return false;
  for (const name in value) if (isTreacherous(name, value[name]) || !isPlainJson(value[name], depth + 1)) return false;
  return true;
}

/**
 * A field through which a careless merge reaches the prototype of all objects: `__proto__`, or `prototype` below `constructor`.
 * What is no data of anybody's does not travel, in neither direction.
 */
export function isTreacherous(name: string, value: unknown): boolean {
  if (name === '__proto__') return true;
  return name === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
