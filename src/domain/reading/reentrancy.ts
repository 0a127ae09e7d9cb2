import type { AsyncScope } from '../../ports/async-scope';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';

/** A running load, and the load that it was started in. */
export interface LoadFrame {
  /** The namespace that loads. */
  readonly owner: object;
  readonly key: SanitizedKey;
  /** The flight that it is the load of. */
  readonly flight: WaitNode;
  readonly outer: LoadFrame | undefined;
  /** Timers and sockets that a load has made keep its frame after it has ended. */
  hasEnded: boolean;
}

/** A route handler, a decorated method that it calls, and a `wrap` in that method may all have one key. A deeper nesting calls itself. */
const mostNested = 3;

/**
 * Re-entrancy: a load that asks for its own key. On one shared flight the outer load would wait for the inner call and the inner call for the
 * outer load, forever. The inner call therefore loads for itself, and only the outer value is stored. The same holds for a call that would close a
 * ring: the load of A waits for a running load of B, which asks for A.
 *
 * The loads that enclose a call are known from its asynchronous context, so an unrelated call of the same key at the same time is not affected.
 */
export class Reentrancy {
  readonly #scope: AsyncScope<LoadFrame>;

  constructor(scope: AsyncScope<LoadFrame>) {
    this.#scope = scope;
  }

  /** Whether a load of the key encloses this call. */
  isLoading(key: SanitizedKey): boolean {
    return this.#depth(key) > 0;
  }

  /** Whether the load that encloses this call would wait for a flight that waits for that load, in any cache of the process. */
  closesRing(flight: WaitNode): boolean {
    const enclosing = this.#enclosing();
    return enclosing !== undefined && reaches(flight, enclosing.flight);
  }

  /** Notes that the load that encloses this call waits for a flight, until the wait has ended. */
  waiting<T>(flight: WaitNode, wait: Promise<T>): Promise<T> {
    const enclosing = this.#enclosing();
    if (enclosing !== undefined) waitDuring(wait, enclosing.flight, flight);
    return wait;
  }

  /**
   * Runs the load of a flight, so that calls inside it are recognised.
   * @throws CacheError `CACHE_LOAD_RECURSIVE` for a load that goes on asking for its own key
   */
  async run<T>(key: SanitizedKey, flight: WaitNode, load: () => T | Promise<T>): Promise<T> {
    if (this.#depth(key) >= mostNested) {
      const advice = 'a loader must not wrap the key that it loads; give the inner call another key';
      throw new CacheError('CACHE_LOAD_RECURSIVE', `wrap: the loader wraps its own key again and again: ${advice}`);
    }
    const frame: LoadFrame = { owner: this, key, flight, outer: this.#scope.current(), hasEnded: false };
    try {
      return await this.#scope.run(frame, async () => load());
    } finally {
      frame.hasEnded = true;
    }
  }

  /** The innermost load that still runs. */
  #enclosing(): LoadFrame | undefined {
    let frame = this.#scope.current();
    while (frame?.hasEnded === true) frame = frame.outer;
    return frame;
  }

  #depth(key: SanitizedKey): number {
    let depth = 0;
    for (let frame = this.#scope.current(); frame !== undefined; frame = frame.outer) {
      if (frame.owner === this && frame.key === key && !frame.hasEnded) depth++;
    }
    return depth;
  }
}

/** A flight, as a node in the graph of loads that wait for each other. */
export interface WaitNode {
  /** The waits of calls in its load; `undefined` if there was none. */
  waits: Set<Wait> | undefined;
}

/** One call that waits for a flight: a load may wait for the same one twice. */
interface Wait {
  readonly target: WaitNode;
}

/** Adds an edge to the graph until the promise has settled. */
export function waitDuring(promise: Promise<unknown>, waiter: WaitNode, target: WaitNode): void {
  const wait: Wait = { target };
  const waits = (waiter.waits ??= new Set());
  waits.add(wait);
  const end = (): void => void waits.delete(wait);
  void promise.then(end, end);
}

/** Whether a flight waits for another one, directly or through further flights. */
export function reaches(from: WaitNode, to: WaitNode): boolean {
  const seen = new Set<WaitNode>([from]);
  // A `Set` also visits the members that are added meanwhile.
  for (const node of seen) {
    if (node === to) return true;
    for (const { target } of node.waits ?? []) seen.add(target);
  }
  return false;
}
