/**
 * As a whole part of a name: the text of a missing value, such as `user:${user?.id}`. Every character that is neither a letter nor a digit ends a part, because
 * applications join parts by any of them.
 */
const missingValue = /(?<![\p{L}\p{N}])(?:undefined|null|NaN)(?![\p{L}\p{N}])/u;

/** A non-empty string. One with `[object ` in it comes from an object or promise in a template literal, and would be one name for all calls. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('[object ');
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
  if (name === '') return 'an empty string';
  return isName(name) ? `a string with '${String(missingPart(name))}' as a part of it` : "a string with '[object …]' in it";
}
