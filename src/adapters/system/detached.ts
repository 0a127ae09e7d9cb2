import { AsyncResource } from 'node:async_hooks';

/**
 * Captures the current asynchronous context. The returned function runs a task in it, instead of in the context of its own caller: a background
 * refresh must not inherit the transaction, user or trace of the request that started it.
 */
export function detached(): <T>(run: () => T) => T {
  const origin = new AsyncResource('TiercelBackground');
  return (run) => origin.runInAsyncScope(run);
}
