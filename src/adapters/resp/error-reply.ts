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

/** Codes of redirections, and of a transaction that one has aborted. */
const redirections: ReadonlySet<string | undefined> = new Set(['MOVED', 'ASK', 'TRYAGAIN', 'EXECABORT']);

/**
 * Whether a cluster node refused a command because the slot of its keys has moved. node-redis follows redirections of single commands, and
 * learns the new slots from them, but not of the commands that `@keyv/redis` sends to the node of a slot.
 */
export function isRedirection(error: unknown): boolean {
  const replies = error instanceof Error && 'replies' in error && Array.isArray(error.replies) ? (error.replies as unknown[]) : [];
  return [error, ...replies].some((reply) => redirections.has(replyCode(reply)));
}
