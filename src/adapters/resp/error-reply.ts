/**
 * - `refuses writes`: alive, and answers reads
 * - `refuses the command`: alive, but does not execute this command
 * - `holds another type`: another application's data is under our key
 * - `cannot serve`: alive, but executes no command for now
 */
type ReplyMeaning = 'refuses writes' | 'refuses the command' | 'holds another type' | 'cannot serve';

const meanings: Readonly<Record<string, ReplyMeaning>> = {
  OOM: 'refuses writes',
  READONLY: 'refuses writes',
  MISCONF: 'refuses writes',
  NOREPLICAS: 'refuses writes',
  NOPERM: 'refuses writes',
  ERR: 'refuses the command',
  EXECABORT: 'refuses the command',
  CROSSSLOT: 'refuses the command',
  WRONGTYPE: 'holds another type',
  LOADING: 'cannot serve',
  BUSY: 'cannot serve',
  MASTERDOWN: 'cannot serve',
  CLUSTERDOWN: 'cannot serve',
  TRYAGAIN: 'cannot serve',
  MOVED: 'cannot serve',
  ASK: 'cannot serve',
  NOAUTH: 'cannot serve',
  WRONGPASS: 'cannot serve',
};

/** The meaning of an error reply; `undefined` for an unknown reply, and for an error that is not a reply of the server. */
export function replyMeaning(error: unknown): ReplyMeaning | undefined {
  const code = replyCode(error);
  return code === undefined ? undefined : meanings[code];
}

/**
 * The first word of an error reply: `OOM`, `WRONGTYPE`, `NOAUTH`… It is the only part that never contains a key or a value.
 * `undefined` for an error that is not a reply of the server.
 */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{2,}(?= |$)/.exec(error.message)?.[0] : undefined;
}
