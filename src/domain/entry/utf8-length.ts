/**
 * Whether a text takes more than so many bytes in UTF-8. A UTF-16 unit takes 1 to 3 of them, so nearly every text is decided by its length.
 * @param bytes - a limit of `Infinity` is none
 */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || utf8Length(text) > bytes;
}

function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Half of a pair takes 2 of its 4 bytes. Alone it takes 3, as the replacement character: JSON never holds one.
    if (unit < 0x80) length += 1;
    else length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return length;
}
