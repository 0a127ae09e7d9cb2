import type { Request } from './requests';
import type { Hearing, Testimony } from './testimony';

/** A change that L2 has applied, and its message. */
export interface Landing {
  /** It was there by then. */
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
  readonly knew: Hearing;
  /** Since when nothing is wrong and nothing is left to be mended. */
  readonly calmSince: number;
}

interface Answered extends Asked {
  readonly answeredAt: number;
  /** Of this call, or else of the recovery that made up for it. */
  landing: Landing | undefined;
}

/** A `set` or `del`, after the database had come to `version`. */
export interface Invalidation extends Answered {
  readonly kind: 'set' | 'del';
  readonly outcome: 'done' | 'pending';
}

/** A value that was on its way to L2. */
export interface Store extends Answered {
  readonly kind: 'load' | 'set';
  /** By the moment when the value was there. Of a `set` it says nothing: the application has chosen the value before. */
  readonly knew: Hearing | undefined;
  readonly sent: boolean;
  /** L2 may take it later: `landing` is that of the recovery which deletes it. */
  readonly unsure: boolean;
}

interface KeyHistory {
  readonly invalidations: Invalidation[];
  readonly stores: Store[];
}

export interface Exchange {
  readonly instance: number;
  readonly request: Request;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly text: string;
  readonly testimony: Testimony;
  readonly calmSince: number;
}

/** Everything that was asked and answered in a run. */
export class History {
  readonly #keys = new Map<number, KeyHistory>();
  /** Changes that wait for the recovery of their instance. */
  #unsettled: Answered[] = [];
  #reads: Read[] = [];

  of(key: number): KeyHistory {
    const history = this.#keys.get(key) ?? { invalidations: [], stores: [] };
    this.#keys.set(key, history);
    return history;
  }

  /** The reads that brought something, since this was asked last. */
  takeReads(): readonly Read[] {
    const reads = this.#reads;
    this.#reads = [];
    return reads;
  }

  add(exchange: Exchange): void {
    this.#settle(exchange);
    const { kind } = exchange.request;
    if (kind === 'set' || kind === 'del') this.#addInvalidation(exchange, kind);
    else this.#addRead(exchange);
  }

  #addRead({ instance, request: { key }, askedAt, answeredAt, text, testimony, calmSince }: Exchange): void {
    const { knew, loaded, unsure } = testimony;
    if (text !== '') this.#reads.push({ instance, key, version: Number(text), askedAt, knew, calmSince });
    if (loaded !== undefined) this.#addStore({ ...loaded, kind: 'load', instance, key, askedAt, answeredAt, unsure, landing: undefined });
  }

  #addInvalidation({ instance, request: { key, version }, askedAt, answeredAt, text, testimony }: Exchange, kind: 'set' | 'del'): void {
    const outcome = text === 'done' ? 'done' : 'pending';
    const landing = outcome === 'done' ? landingOf(testimony, answeredAt) : undefined;
    const call = { instance, key, version, askedAt, answeredAt };
    const invalidation: Invalidation = { ...call, kind, outcome, landing };
    this.of(key).invalidations.push(invalidation);
    if (outcome === 'pending') this.#unsettled.push(invalidation);
    const unsure = outcome === 'pending';
    if (kind === 'set') this.#addStore({ ...call, kind, knew: undefined, sent: true, unsure, landing: undefined });
  }

  #addStore(store: Store): void {
    this.of(store.key).stores.push(store);
    if (store.unsure) this.#unsettled.push(store);
  }

  /** Nothing is pending in this instance: earlier pending keys are deleted, and published with its next message at the latest. */
  #settle({ instance, askedAt, answeredAt, testimony }: Exchange): void {
    if (!testimony.settled) return;
    const isSettled = (call: Answered): boolean => call.instance === instance && call.answeredAt <= askedAt;
    for (const call of this.#unsettled) if (isSettled(call)) call.landing = landingOf(testimony, answeredAt);
    this.#unsettled = this.#unsettled.filter((call) => !isSettled(call));
  }
}

function landingOf({ said }: Testimony, at: number): Landing {
  return { at, message: said + 1 };
}
