/** A flight, as a node in the graph of loads that wait for each other. */
export interface WaitNode {
  /** The waits of calls in its load; `undefined` if there was none. */
  waits: Set<Wait> | undefined;
}

/** One call that waits for a flight: a load may wait for the same one twice. */
export interface Wait {
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
