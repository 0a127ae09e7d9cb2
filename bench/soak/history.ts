import type { Change, ChangeKind, Request } from './requests';
import type { Received, InstanceFacts } from './instance-facts';

/** A change that L2 has applied, and its message. */
export interface Applied {
  /** L2 had it by then. */
  readonly at: number;
  /** The number of the message, among those of its instance. */
  readonly message: number;
}

/** All instants are on the clock of the parent: when it asked, and when it had the answer. */
interface Asked {
  readonly instance: number;
  readonly key: number;
  readonly version: number;
  readonly askedAt: number;
}

export interface Read extends Asked {
  /** When the read began. */
  readonly received: Received;
  /** Since when there is no outage, and nothing left of one. */
  readonly calmSince: number;
}

interface Answered extends Asked {
  readonly answeredAt: number;
  /** Of this call, or else of the recovery after it. */
  applied: Applied | undefined;
}

/** A change, after the database had come to `version`. */
export interface Invalidation extends Answered {
  readonly kind: ChangeKind;
  readonly outcome: 'done' | 'pending';
  /** Of a `set`: L2 did not take the value, as far as its instance knows. */
  readonly isOwed: boolean;
}

/** A value that was on its way to L2. */
export interface Store extends Answered {
  readonly kind: 'load' | 'set';
  /** When the value was there. `undefined` for a `set`, whose value the application has chosen before. */
  readonly received: Received | undefined;
  readonly sent: boolean;
  /** L2 may take it later: `applied` is that of the recovery which deletes it. */
  readonly fateUnknown: boolean;
}

interface KeyHistory {
  /** By their versions, which are also the order in which they were asked for. */
  readonly invalidations: Invalidation[];
  readonly stores: Map<number, Store[]>;
}

export interface Exchange {
  readonly instance: number;
  readonly request: Request;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly text: string;
  readonly facts: InstanceFacts;
  readonly calmSince: number;
}

/** Everything that was asked and answered in a run. */
export class History {
  readonly #keys = new Map<number, KeyHistory>();
  /** Changes that wait for the recovery of their instance. */
  #unrecovered: Answered[] = [];
  #reads: Read[] = [];

  of(key: number): KeyHistory {
    const history = this.#keys.get(key) ?? { invalidations: [], stores: new Map<number, Store[]>() };
    this.#keys.set(key, history);
    return history;
  }

  /** The reads that returned a value since the last call. */
  takeReads(): readonly Read[] {
    const reads = this.#reads;
    this.#reads = [];
    return reads;
  }

  add(exchange: Exchange): void {
    this.#noteRecovery(exchange);
    const { request } = exchange;
    if ('changed' in request) this.#addChange(exchange, request);
    else this.#addRead(exchange);
  }

  #addRead({ instance, request: { key }, askedAt, answeredAt, text, facts, calmSince }: Exchange): void {
    const { received, loaded, fateUnknown } = facts;
    if (text !== '') this.#reads.push({ instance, key, version: Number(text), askedAt, received, calmSince });
    if (loaded !== undefined)
      this.#addStore({ ...loaded, kind: 'load', instance, key, askedAt, answeredAt, fateUnknown, applied: undefined });
  }

  #addChange({ instance, askedAt, answeredAt, text, facts }: Exchange, { changed, kind }: Change): void {
    const outcome = text === 'done' ? 'done' : 'pending';
    // A change is done when its message was published.
    const applied = outcome === 'done' ? { at: answeredAt, message: facts.published } : undefined;
    const isPending = outcome === 'pending';
    for (const { key, version } of changed) {
      const call = { instance, key, version, askedAt, answeredAt };
      const invalidation: Invalidation = { ...call, kind, outcome, applied, isOwed: facts.isOwed === true };
      insert(this.of(key).invalidations, invalidation);
      if (isPending) this.#unrecovered.push(invalidation);
      if (kind === 'set') this.#addStore({ ...call, kind, received: undefined, sent: true, fateUnknown: isPending, applied: undefined });
    }
  }

  #addStore(store: Store): void {
    const { stores } = this.of(store.key);
    stores.set(store.version, [...(stores.get(store.version) ?? []), store]);
    if (store.fateUnknown) this.#unrecovered.push(store);
  }

  /** Nothing is pending in this instance: earlier pending keys are deleted, and published with its next message at the latest. */
  #noteRecovery({ instance, askedAt, answeredAt, facts }: Exchange): void {
    if (!facts.nothingPending) return;
    const isRecovered = (call: Answered): boolean => call.instance === instance && call.answeredAt <= askedAt;
    for (const call of this.#unrecovered) if (isRecovered(call)) call.applied = { at: answeredAt, message: facts.published + 1 };
    this.#unrecovered = this.#unrecovered.filter((call) => !isRecovered(call));
  }
}

/** Most are answered in the order of their versions. */
function insert(invalidations: Invalidation[], one: Invalidation): void {
  let at = invalidations.length;
  while (at > 0 && invalidations[at - 1]!.version > one.version) at -= 1;
  invalidations.splice(at, 0, one);
}
