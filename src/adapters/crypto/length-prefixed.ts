/** One text for several fields, each with its length in front, so that no two lists of fields are one text. */
export function lengthPrefixed(...fields: readonly string[]): string {
  return fields.map((field) => `${String(field.length)}:${field}`).join('');
}
