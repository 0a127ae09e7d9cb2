import { replyCode } from './reply-code';

const tooManyClients = 'ERR max number of clients reached';
const longestReason = 80;

/**
 * Why something failed, for people: short, and without keys, values, passwords or addresses of users.
 * A reply is cut to its first word, because the rest may repeat what was sent; a system error to its code.
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message.startsWith(tooManyClients)) return tooManyClients;
  return replyCode(error) ?? systemCode(error) ?? firstClause(error);
}

function systemCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a client says about itself; it quotes others only after a colon, in quotes or brackets, or in a later sentence. */
function firstClause(error: Error): string {
  const clause = /^.*?(?=[.:,;(<[{\n]|(?:^|\s)["'`]|$)/.exec(error.message)?.[0].trim();
  return clause ? clause.slice(0, longestReason) : error.name;
}
