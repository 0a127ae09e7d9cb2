import { inspect } from 'node:util';

const maxLength = 2_000;

/** A value as a developer would print it, at most 2 000 characters of it. Nothing of the value runs, getters and `toJSON` included. */
export function inspectValue(value: unknown): string {
  const text = attempt(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

function attempt(value: unknown): string {
  try {
    return inspect(value, { customInspect: false, depth: 5, maxArrayLength: 50, maxStringLength: maxLength, breakLength: 90 });
  } catch {
    return '(it cannot be shown)';
  }
}
