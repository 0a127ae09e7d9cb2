import type { ErrorEmitter } from './storage-adapter';

/** The `error` events of an adapter so far. */
export interface AdapterErrors {
  readonly count: number;
  readonly last: unknown;
}

const errorsOf = new WeakMap<ErrorEmitter, AdapterErrors>();

/**
 * Counts the `error` events of an adapter, or of an object around it, from the first call on. Most adapters are event emitters: some emit a failure and answer as for an absent
 * key, and an `error` event without a listener ends the process. So the listener is never removed: errors may come after `close()`.
 */
export function errorEvents(adapter: ErrorEmitter): AdapterErrors {
  const known = errorsOf.get(adapter);
  if (known !== undefined) return known;
  const errors = { count: 0, last: undefined as unknown };
  adapter.on?.('error', (error) => {
    errors.count += 1;
    errors.last = error;
  });
  errorsOf.set(adapter, errors);
  return errors;
}

/**
 * Calls the adapter. An answer that stands for nothing found or nothing done is a failure if the adapter has emitted an error meanwhile.
 * @throws the error that was emitted
 */
export async function withoutErrorEvents<T>(
  errors: AdapterErrors,
  call: () => T,
  isEmpty: (answer: Awaited<T>) => boolean,
): Promise<Awaited<T>> {
  const before = errors.count;
  const answer = await call();
  if (errors.count > before && isEmpty(answer)) throw errors.last;
  return answer;
}
