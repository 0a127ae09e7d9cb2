/**
 * A copy as a serialising store would make it: class instances become plain objects (by `toJSON` if they have it), and functions are left out.
 * Dates, maps, sets, buffers and typed arrays keep their type.
 * @throws TypeError for a value that contains itself
 */
export function copyOf<T>(value: T): T {
  return copy(value, new Set()) as T;
}

function copy(value: unknown, above: Set<object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) throw new TypeError('a value that contains itself cannot be cached');
  above.add(value);
  const copied = copyObject(value, above);
  above.delete(value);
  return copied;
}

function copyObject(value: object, above: Set<object>): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, above));
  if (value instanceof Date) return new Date(value);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (value instanceof Set) return new Set([...value].map((item) => copy(item, above)));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copy(key, above), copy(item, above)]));
  if (hasOwnJson(value)) return copy(value.toJSON(), above);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => typeof field !== 'function')
      .map(([name, field]) => [name, copy(field, above)]),
  );
}

function hasOwnJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
