import { withDeadline } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import { slotCount } from './cluster-store';
import { replyCode } from './failure';
import { isRefusal, isReplica } from './server-identity';

/** Less than the deadline of a PING, so that its reason says which part of the cluster is away. Milliseconds. */
const answerLimitMs = 900;

/** How many nodes are asked at once for the owners of the slots: one of them may be frozen. */
const askedNodes = 3;

export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** A client of a cluster, as far as the owners of slots are concerned. */
export interface ClusterView<Node> {
  /** The masters to which the client is connected. */
  connected(): readonly Node[];
  /** Asks a node for `CLUSTER SLOTS`. */
  slots(node: Node): Promise<unknown>;
  /** Asks a node for `INFO replication`. */
  info(node: Node): Promise<unknown>;
  /** The node to which the client sends the commands for a slot. */
  nodeOf(slot: number): Node | undefined;
  /** Makes the client learn the owners of slots again, in the background. */
  refresh(slots: SlotRange): void;
}

interface OwnedRange extends SlotRange {
  /** The id of the master. */
  readonly owner: string;
}

/** Finds the master of every slot, and notices if one does not answer: the client itself forgets a master that it has lost. */
export class SlotOwners<Node> {
  readonly #view: ClusterView<Node>;
  readonly #clock: Clock;
  #ranges: readonly OwnedRange[] = [];

  constructor(view: ClusterView<Node>, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
  }

  /**
   * The masters of all slots.
   * @throws where a slot has none, or the client is not connected to it
   */
  async masters(): Promise<readonly Node[]> {
    const ranges = await this.#look();
    const nodes = ranges.map(({ from }) => this.#view.nodeOf(from));
    this.#checkAll(ranges.filter((_, i) => nodes[i] !== undefined));
    return [...new Set(nodes)] as Node[];
  }

  /**
   * The answers of these masters to `INFO replication`, empty where the user may not ask.
   * @throws if one does not answer
   */
  async ask(): Promise<readonly string[]> {
    const ranges = await this.#look();
    const asked = new Map<Node, Promise<string | undefined>>();
    const answers = await Promise.all(ranges.map(({ from }) => this.#askOnce(this.#view.nodeOf(from), asked)));
    ranges.filter((_, i) => answers[i] === undefined).forEach((range) => this.#view.refresh(range));
    this.#checkAll(ranges.filter((_, i) => answers[i] !== undefined));
    return (await Promise.all(asked.values())) as string[];
  }

  #askOnce(node: Node | undefined, asked: Map<Node, Promise<string | undefined>>): Promise<string | undefined> {
    if (node === undefined) return Promise.resolve(undefined);
    const answer = asked.get(node) ?? this.#ask(node);
    asked.set(node, answer);
    return answer;
  }

  /** `undefined` without an answer, and of a node that has become a replica. */
  async #ask(node: Node): Promise<string | undefined> {
    try {
      const info = String(await withDeadline(this.#view.info(node), answerLimitMs, this.#clock, () => new Error('late')));
      return isReplica(info) ? undefined : info;
    } catch (error) {
      if (isRefusal(error)) return '';
      if (replyCode(error) !== undefined) throw error;
      return undefined;
    }
  }

  /** The client may learn of a new owner only by a command to the old one: it is made to look where an owner has changed. */
  async #look(): Promise<readonly OwnedRange[]> {
    const nodes = this.#view.connected().slice(0, askedNodes);
    if (nodes.length === 0) throw new Error('no master is known');
    const ranges = rangesIn(await firstAnswer(nodes.map((node) => this.#view.slots(node))));
    for (const range of ranges) if (this.#hasMoved(range)) this.#view.refresh(range);
    this.#ranges = ranges;
    return ranges;
  }

  #hasMoved({ from, owner }: OwnedRange): boolean {
    const before = this.#ranges.find((range) => range.from <= from && from <= range.to);
    return before !== undefined && before.owner !== owner;
  }

  #checkAll(answered: readonly OwnedRange[]): void {
    const away = answered.reduce((left, { from, to }) => left - (to - from + 1), slotCount);
    if (away > 0) throw new Error(`the owner of ${String(away)} of ${String(slotCount)} slots does not answer`);
  }
}

/** The first success; the first error if all fail. */
async function firstAnswer<T>(answers: readonly Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(answers);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

function rangesIn(reply: unknown): readonly OwnedRange[] {
  if (!Array.isArray(reply)) throw new Error('CLUSTER SLOTS did not answer with a list');
  return (reply as readonly [from: number, to: number, master: readonly unknown[]][]).map(([from, to, master]) => ({
    from,
    to,
    owner: String(master[2]),
  }));
}
