import { listBytes } from './object-bytes';

/** The names of a longer list are not looked at: that would take longer than all the rest. */
const longestNamed = 128;

/** A longer list is searched for holes at so many places, chosen at random. A few holes change little. */
const placesForHoles = 64;

/** Pairs and the like are mostly written as literals, without spare slots. */
const longestTuple = 4;

const tupleBytes = 16;

const elementBytes = 8;

/** Whether a list has no holes, and no fields besides its items, as the match of a regular expression has. */
export function isUsual(list: readonly unknown[]): boolean {
  const { length } = list;
  if (length > longestNamed && Object.getPrototypeOf(list) === Array.prototype) return !hasHoles(list);
  const names = Object.getOwnPropertyNames(list);
  return names.length === length + 1 && names[length] === 'length';
}

/** @returns the names of the items, and those of all other fields */
export function listNames(list: readonly unknown[]): { readonly indexes: readonly string[]; readonly added: readonly string[] } {
  const names = Object.getOwnPropertyNames(list);
  const end = names.indexOf('length');
  return { indexes: names.slice(0, end), added: names.slice(end + 1) };
}

/** V8 keeps a list of numbers without boxes. */
export function numbersBytes(length: number): number {
  return length > longestTuple ? listBytes(length) : length > 0 ? tupleBytes + length * elementBytes : 0;
}

/*
 * Reads a list of unknown kind without `list[index]`: optimised code that reads lists of several kinds at one place converts lists of numbers to
 * lists of boxes, which are three times as large.
 */

export function isNumbers(list: readonly unknown[]): boolean {
  return list.every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function hasHoles(list: readonly unknown[]): boolean {
  const step = list.length / placesForHoles;
  for (let at = Math.random() * step; at < list.length; at += step) if (!Reflect.has(list, Math.floor(at))) return true;
  return false;
}
