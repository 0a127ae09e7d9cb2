/** Turns values into text and back. A value comes back with the same type. */
export interface Serializer {
  /** `undefined` for a value that would not come back unchanged. */
  serialize(value: unknown): string | undefined;
  /** Throws for text that {@link serialize} did not write. */
  deserialize(text: string): unknown;
}
