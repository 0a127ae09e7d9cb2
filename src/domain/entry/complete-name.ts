/**
 * The text of a missing value: `undefined` anywhere, as in `user${user?.id}`; shorter words as a whole part of a name. Every character that is neither a letter nor a digit ends a part, because
 * applications join parts by any of them.
 */
const missingValue = /undefined(?!\p{L})|Invalid Date|(?<![\p{L}\p{N}])(?:null|NaN)(?![\p{L}\p{N}])/iu;

/** A name of nothing but white space, control characters and the characters that applications join parts by. */
const blank = /^[\s\p{C}\p{Z}:,;|._-]*$/u;

/** A string with more than separators. One with `[object ` in it comes from an object or promise in a template literal, and would be one name for all calls. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && !blank.test(value) && !value.includes('[object ');
}

/** A name without the text of a missing value as a part of it, which would be one name for all calls without that value. */
export function isCompleteName(value: unknown): value is string {
  return isName(value) && missingPart(value) === undefined;
}

/** The text of a missing value that is a part of a name. */
export function missingPart(name: string): string | undefined {
  return missingValue.exec(name)?.[0];
}

/** Describes why a string is no complete name. */
export function describeIncomplete(name: string): string {
  if (blank.test(name)) return name === '' ? 'an empty string' : 'a string of white space and separators alone';
  return isName(name) ? `a string with '${String(missingPart(name))}' as a part of it` : "a string with '[object …]' in it";
}
