import type { InvalidationMessage } from '../../ports/invalidation-bus';
import type { InvalidationKind, InvalidationReceiver, InvalidKeys } from '../consistency/pending-invalidations';
import { RecentMap } from '../shared/recent-map';

/** A message of another version says only that something was invalidated. */
export const busVersion = 1;

/** Of messages about tags, so that a process which knows no tags drops everything. */
export const tagVersion = 2;

/** Nodes whose sequence is remembered; every restart of a process brings a new one. */
const maxNodes = 1_000;

/** A message that is further behind than this is neither late nor repeated: the sequence was forged, or has begun again. */
const longestDelay = 100;

/**
 * A bus message → L1. Nothing is read from L2, and nothing is published. One exception: a load that is on its way to L2 is deleted again (see `Writer`)
 * and announced as a repair, to which no process replies.
 * Where a message may have been lost, all entries of L1 are in doubt, and are dropped.
 */
export class InvalidationListener {
  readonly #ownNode: string;
  readonly #onGap: () => void;
  readonly #namespaces = new Map<string, InvalidationReceiver>();
  readonly #sequences = new RecentMap<string, Sequence>(maxNodes);

  /** @param onGap - called when all entries were dropped because a message may have been lost */
  constructor(ownNode: string, onGap: () => void) {
    this.#ownNode = ownNode;
    this.#onGap = onGap;
  }

  register(namespace: string, receiver: InvalidationReceiver): void {
    this.#namespaces.set(namespace, receiver);
  }

  doubt(): void {
    for (const receiver of this.#namespaces.values()) receiver.doubted();
  }

  receive(message: InvalidationMessage): void {
    if (message.node === this.#ownNode) return;
    const kind = kindOf(message);
    if (kind === undefined || !this.#follows(message)) {
      this.gap();
      return;
    }
    const keys = message.keys as InvalidKeys;
    this.#namespaces.get(message.namespace)?.invalidated(keys, kind);
  }

  gap(): void {
    for (const receiver of this.#namespaces.values()) receiver.invalidated('everything', 'changed');
    this.#onGap();
  }

  #follows({ node, sequence }: InvalidationMessage): boolean {
    const known = this.#sequences.get(node) ?? new Sequence();
    this.#sequences.set(node, known);
    return known.follows(sequence);
  }
}

/** The numbers of the messages of one node. */
class Sequence {
  #last = 0;
  /** Numbers before the last one that have not come: few, and mostly none. A forged number may have run ahead of them. */
  readonly #missing = new Set<number>();

  /** Whether no message before this one was lost. One that is repeated or late is harmless: it drops its keys once more. */
  follows(number: number): boolean {
    if (number > this.#last) return this.#advance(number);
    if (number < this.#last - longestDelay) return this.#restart(number);
    this.#missing.delete(number);
    return !this.#missing.has(number - 1);
  }

  #advance(number: number): boolean {
    const expected = this.#last + 1;
    for (let missing = Math.max(expected, number - longestDelay); missing < number; missing++) this.#missing.add(missing);
    this.#last = number;
    for (const missing of this.#missing) if (missing < number - longestDelay) this.#missing.delete(missing);
    return number === expected;
  }

  #restart(number: number): boolean {
    this.#missing.clear();
    this.#last = number;
    return false;
  }
}

/** `undefined` for a message of another version. */
function kindOf({ isRepair, tags, version }: InvalidationMessage): InvalidationKind | undefined {
  if (version === tagVersion) return tags;
  if (version !== busVersion) return undefined;
  return isRepair === true ? 'repaired' : 'changed';
}
