import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { LoadFrame } from '../../domain/reading/reentrancy';
import type { AsyncScope } from '../../ports/async-scope';

/**
 * An `AsyncLocalStorage` that is switched off while nothing runs in it. On Node.js 20 and 22 an active storage makes every `await` of the process
 * slower by some 0.1 µs; this one is active only while a loader runs.
 */
export class SwitchedAsyncScope<T> implements AsyncScope<T> {
  readonly #storage = new AsyncLocalStorage<T>();
  #running = 0;

  async run<R>(value: T, work: () => Promise<R>): Promise<R> {
    this.#running++;
    try {
      return await this.#storage.run(value, work);
    } finally {
      this.#running--;
      if (this.#running === 0) this.#storage.disable();
    }
  }

  current(): T | undefined {
    return this.#running === 0 ? undefined : this.#storage.getStore();
  }
}

const shared = new SwitchedAsyncScope<LoadFrame>();

/** One for all caches of the process: each storage that is active costs. */
export function loadScope(): AsyncScope<LoadFrame> {
  return shared;
}

/**
 * Captures the current asynchronous context. The returned function runs a task in it, instead of in the context of its own caller: a background
 * refresh must not inherit the transaction, user or trace of the request that started it.
 */
export function detached(): <T>(run: () => T) => T {
  const origin = new AsyncResource('TiercelBackground');
  return (run) => origin.runInAsyncScope(run);
}
