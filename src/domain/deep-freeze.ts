/** Freezes a value and all that it holds. What cannot be frozen, such as the bytes of a typed array, is left as it is. */
export function deepFreeze<T>(value: T): T {
  freeze(value, new Set());
  return value;
}

/** @param seen - not `Object.isFrozen`: what was frozen by others may hold what is not */
function freeze(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(Object.freeze(value));
  for (const inner of Object.values(value)) freeze(inner, seen);
}
