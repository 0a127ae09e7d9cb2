const headerBytes = 16;

/** A longer text may be a rope (`a + b`) or a slice; a regular expression makes it flat. */
const longestFlat = 12;

/**
 * The size of a text as a flat string. V8 does not show whether a text is a slice, which keeps the whole text alive that it was cut from.
 * `JSON.parse` shares equal texts of up to 10 characters; other sources do not, so they are counted in full.
 */
export function textBytes(text: string): number {
  const { length } = text;
  if (length < 2) return 0;
  return headerBytes + roundUp(isWide(text) ? 2 * length : length);
}

/** V8 allocates in units of 8 bytes. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Whether V8 needs two bytes a character. For a text of one-byte characters, V8 knows without a search that the expression does not match. */
function isWide(text: string): boolean {
  if (text.length <= longestFlat) return text.charCodeAt(0) > 0xff || text.charCodeAt(text.length - 1) > 0xff;
  return /[^\x00-\xff]/.test(text);
}

const smallBits = 64;

/** Compares with itself cut to more and more bits, which takes less time than to write it in digits. */
export function bigintBytes(value: bigint): number {
  let bits = smallBits;
  while (BigInt.asIntN(bits, value) !== value) bits *= 2;
  return headerBytes + bits / 8;
}
