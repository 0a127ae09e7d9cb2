import { CacheError } from '../../domain/cache-error';

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

const tooManyClients = 'ERR max number of clients reached';

const longestReason = 80;

export const refusedSelect = 'the server refused to select the database';

/** @param driver - the name of the driver, which begins the message */
export function readFailure(driver: string, error: unknown): CacheError {
  return error instanceof CacheError ? error : unavailable(driver, error);
}

/** `CACHE_WRITE_REFUSED` where the server answered and refused the write, `CACHE_TIER_UNAVAILABLE` for everything else. */
export function writeFailure(driver: string, error: unknown): CacheError {
  if (error instanceof CacheError) return error;
  const meaning = replyMeaning(error);
  const refused = meaning === 'refuses writes' || meaning === 'refuses the command' || isSqlRefusal(error);
  return refused
    ? new CacheError('CACHE_WRITE_REFUSED', `${driver}: the server refused the write (${failureReason(error)})`)
    : unavailable(driver, error);
}

/** Classes of SQLSTATE in which the fault is that of the row or the command (data, constraint, transaction, permission, syntax), not of the server. */
const sqlRefusal = /^(?:0A|22|23|25|28|42|44)[0-9A-Z]{3}$/;

/** Whether a database answered that it does not take the row. */
function isSqlRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && sqlRefusal.test(String(error.code));
}

function unavailable(driver: string, error: unknown): CacheError {
  return new CacheError('CACHE_TIER_UNAVAILABLE', `${driver}: no answer from the server (${failureReason(error)})`, cause(error));
}

/** Only system errors are kept. Clients attach the command with its arguments to error replies, so with values and passwords. */
function cause(error: unknown): { readonly cause: unknown } | undefined {
  return error instanceof Error && 'syscall' in error && !('command' in error) ? { cause: error } : undefined;
}

/**
 * Sends a PING. Rejects unless the reply shows that the server answers reads: `MISCONF` (it cannot save) and `NOPERM` (this user may not
 * ping) do show it, `LOADING` and `NOAUTH` do not.
 */
export async function checkAlive(driver: string, ping: () => Promise<unknown>): Promise<void> {
  try {
    await ping();
  } catch (error) {
    if (replyMeaning(error) !== 'refuses writes') throw readFailure(driver, error);
  }
}

/**
 * The reason of a failure, to be logged: short, and without keys, values, passwords or addresses.
 * An error reply is cut to its first word, because the rest may repeat the command; a system error to its code.
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message.startsWith(tooManyClients)) return tooManyClients;
  return replyCode(error) ?? systemCode(error) ?? firstClause(error);
}

/** The reason of a failed connection attempt. A refused `SELECT`, which has no code, is named. */
export function connectionFailure(error: unknown): string {
  const isSelect = error instanceof Error && /^ERR DB index|^NOPERM .*'select'/i.test(error.message);
  return isSelect ? refusedSelect : failureReason(error);
}

function systemCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The beginning of a client's own message. Clients quote input only after a colon, in quotes or brackets, or in a later sentence. */
function firstClause(error: Error): string {
  const clause = /^.*?(?=[.:,;(<[{\n]|(?:^|\s)["'`]|$)/.exec(error.message)?.[0].trim();
  return clause ? clause.slice(0, longestReason) : error.name;
}
