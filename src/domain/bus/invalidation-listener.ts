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
  readonly #lastSequences = new RecentMap<string, number>(maxNodes);

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

  /** A message that is repeated or late is harmless: it drops its keys once more. */
  #follows({ node, sequence }: InvalidationMessage): boolean {
    const last = this.#lastSequences.get(node) ?? 0;
    const isFarBehind = sequence < last - longestDelay;
    if (sequence > last || isFarBehind) this.#lastSequences.set(node, sequence);
    return sequence <= last + 1 && !isFarBehind;
  }
}

/** `undefined` for a message of another version. */
function kindOf({ isRepair, tags, version }: InvalidationMessage): InvalidationKind | undefined {
  if (version === tagVersion) return tags;
  if (version !== busVersion) return undefined;
  return isRepair === true ? 'repaired' : 'changed';
}
