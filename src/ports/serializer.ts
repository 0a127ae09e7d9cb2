/** Turns values into text and back, with the same type on both sides. */
export interface Serializer {
  /** `undefined` for a value that would not come back as it was. Never a silently changed one. */
  serialize(value: unknown): string | undefined;
  /** Throws for text that {@link serialize} did not make. */
  deserialize(text: string): unknown;
}
