/**
 * The first word of an error reply: `OOM`, `WRONGTYPE`, `NOAUTH`… It is the only part that never repeats a key or a value.
 * `undefined` for an error that the server did not say.
 */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{2,}(?= |$)/.exec(error.message)?.[0] : undefined;
}
