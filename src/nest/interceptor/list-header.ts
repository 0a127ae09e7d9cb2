import type { HttpExchange } from './http-exchange';
import type { HeaderValue } from './stored-answer';

/** The members of a header that is a list, in lower case. */
export function membersOf(value: HeaderValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return String(value)
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');
}

/** Names what the answer depends on besides what is named already. */
export function addVary(exchange: HttpExchange, names: readonly string[]): void {
  const present = membersOf(exchange.header('vary'));
  const missing = names.filter((name) => !present.includes(name) && !present.includes('*'));
  if (missing.length > 0) exchange.setHeader('Vary', [...present, ...missing].join(', '));
}
