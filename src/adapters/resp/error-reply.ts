/**
 * - `refuses writes`: alive, and reads are answered
 * - `refuses the command`: alive, but this command it does not take
 * - `holds another type`: somebody else's data under our key
 * - `serves nobody`: an answer, but as good as none
 */
type ReplyMeaning = 'refuses writes' | 'refuses the command' | 'holds another type' | 'serves nobody';

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
  LOADING: 'serves nobody',
  BUSY: 'serves nobody',
  MASTERDOWN: 'serves nobody',
  CLUSTERDOWN: 'serves nobody',
  TRYAGAIN: 'serves nobody',
  MOVED: 'serves nobody',
  ASK: 'serves nobody',
  NOAUTH: 'serves nobody',
  WRONGPASS: 'serves nobody',
};

/** What a server of the Redis family means by an error reply; `undefined` for what it did not say, or nobody knows. */
export function replyMeaning(error: unknown): ReplyMeaning | undefined {
  const code = replyCode(error);
  return code === undefined ? undefined : meanings[code];
}

/**
 * The first word of an error reply: `OOM`, `WRONGTYPE`, `NOAUTH`… It is the only part that never repeats a key or a value.
 * `undefined` for an error that the server did not say.
 */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{2,}(?= |$)/.exec(error.message)?.[0] : undefined;
}
