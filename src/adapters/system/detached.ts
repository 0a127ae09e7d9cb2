import { AsyncResource } from 'node:async_hooks';

/**
 * Runs things in the asynchronous context of the place where this was called, and not of those who happen to bring them about: a refresh behind
 * must not carry on a request's transaction, user or trace.
 */
export function detached(): <T>(run: () => T) => T {
  const origin = new AsyncResource('TiercelBackground');
  return (run) => origin.runInAsyncScope(run);
}
