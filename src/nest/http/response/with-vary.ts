import { type Observable, tap } from 'rxjs';
import type { HttpExchange } from './http-exchange';
import { addVary } from './response-headers';

/**
 * Adds names to `Vary` of a response that the cache does not keep, because other caches may. Before the handler runs, for one that sends the response
 * itself; and afterwards, for one that has set its own `Vary`.
 */
export function withVary(
  answer: () => Observable<unknown>,
  names: readonly string[],
  exchange: HttpExchange | undefined,
): Observable<unknown> {
  if (names.length === 0 || exchange === undefined) return answer();
  const add = (): void => {
    if (!exchange.isAnswered) addVary(exchange, names);
  };
  add();
  return answer().pipe(tap({ next: add, error: add, complete: add }));
}
