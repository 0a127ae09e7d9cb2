import type { Cancel, Clock } from '../../ports/clock';
import type { InvalidationBus, InvalidationMessage } from '../../ports/invalidation-bus';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { InvalidationKind, InvalidKeys } from '../consistency/pending-invalidations';
import type { Background } from '../shared/background';
import { Backoff } from '../shared/backoff';
import { busVersion } from './invalidation-listener';

/** In UTF-16 units: at most three bytes each, so that no message is longer than 64 KiB. */
const longestMessage = 20_000;

const firstRetryMs = 1_000;

const longestRetryMs = 30_000;

/** The keys of one namespace that are to be announced. */
type PendingKeys = Set<SanitizedKey> | 'everything';

/**
 * Announces the changes of this process: one message a turn for all keys of a namespace.
 * A message that could not be sent is sent later; past `limit` keys it says "everything".
 */
export class InvalidationPublisher {
  readonly #bus: InvalidationBus;
  readonly #node: string;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #background: Background;
  #outbox: Readonly<Record<InvalidationKind, Map<string, PendingKeys>>> = emptyOutbox();
  #sequence = 0;
  #turn: Cancel | undefined;
  #retry: Cancel | undefined;
  readonly #backoff = new Backoff(firstRetryMs, longestRetryMs);
  #closed = false;

  constructor(bus: InvalidationBus, node: string, limit: number, clock: Clock, background: Background) {
    this.#bus = bus;
    this.#node = node;
    this.#limit = limit;
    this.#clock = clock;
    this.#background = background;
  }

  announce(namespace: string, keys: InvalidKeys, kind: InvalidationKind): void {
    this.#note(namespace, keys, kind);
    if (this.#turn !== undefined || this.#closed) return;
    this.#turn = this.#clock.schedule(0, () => {
      this.#turn = undefined;
      this.#background.track(this.#flush());
    });
  }

  /** Sends what could not be sent, at once: a connection is back. */
  resend(): void {
    if (this.#retry !== undefined) this.#background.track(this.#flush());
  }

  /** Sends the remaining messages, once. */
  async close(): Promise<void> {
    this.#turn?.();
    this.#closed = true;
    await this.#flush();
  }

  /** Never rejects. */
  async #flush(): Promise<void> {
    this.#retry?.();
    this.#retry = undefined;
    const pending = this.#outbox;
    this.#outbox = emptyOutbox();
    const messages = [...this.#messages(pending.changed, {}), ...this.#messages(pending.repaired, { isRepair: true })];
    await Promise.all(messages.map((message) => this.#send(message)));
  }

  #note(namespace: string, keys: InvalidKeys, kind: InvalidationKind): void {
    const pending = this.#outbox[kind];
    const noted = pending.get(namespace) ?? new Set();
    if (noted === 'everything' || keys === 'everything' || noted.size + keys.length > this.#limit) {
      pending.set(namespace, 'everything');
      return;
    }
    for (const key of keys) noted.add(key);
    pending.set(namespace, noted);
  }

  #messages(pending: ReadonlyMap<string, PendingKeys>, mark: Pick<InvalidationMessage, 'isRepair'>): InvalidationMessage[] {
    return [...pending].flatMap(([namespace, of]) => {
      const portions = of === 'everything' ? [of] : portioned(of);
      return portions.map((keys) => ({ version: busVersion, node: this.#node, sequence: ++this.#sequence, namespace, keys, ...mark }));
    });
  }

  /** A message that was not sent leaves a hole in the sequence: receivers notice it, and drop all entries of L1. */
  async #send(message: InvalidationMessage): Promise<void> {
    try {
      await this.#bus.publish(message);
      this.#backoff.reset();
    } catch {
      this.#note(message.namespace, message.keys as InvalidKeys, message.isRepair === true ? 'repaired' : 'changed');
      this.#retryLater();
    }
  }

  /** A change that comes before the retry is sent at once, together with the failed ones. */
  #retryLater(): void {
    if (this.#retry !== undefined || this.#closed) return;
    this.#retry = this.#clock.schedule(this.#backoff.next(), () => {
      this.#background.track(this.#flush());
    });
  }
}

function emptyOutbox(): Readonly<Record<InvalidationKind, Map<string, PendingKeys>>> {
  return { changed: new Map(), repaired: new Map() };
}

function portioned(keys: Iterable<SanitizedKey>): SanitizedKey[][] {
  const portions: SanitizedKey[][] = [];
  let length = Infinity;
  for (const key of keys) {
    length += key.length;
    if (length > longestMessage) {
      portions.push([]);
      length = key.length;
    }
    portions.at(-1)?.push(key);
  }
  return portions;
}
