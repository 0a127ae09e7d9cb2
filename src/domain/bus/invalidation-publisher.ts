import type { Cancel, Clock } from '../../ports/clock';
import type { InvalidationBus, InvalidationMessage } from '../../ports/invalidation-bus';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { InvalidationKind, InvalidKeys } from '../consistency/pending-invalidations';
import type { Background } from '../shared/background';
import { Backoff } from '../shared/backoff';
import { busVersion, tagVersion } from './invalidation-listener';

/** In UTF-16 units: at most three bytes each, so that no message is longer than 64 KiB. */
const longestMessage = 20_000;

const firstRetryMs = 1_000;

const longestRetryMs = 30_000;

type Mark = Pick<InvalidationMessage, 'version' | 'isRepair' | 'tags'>;

/** The fields by which a message of each kind is known. */
const marks: Readonly<Record<InvalidationKind, Mark>> = {
  changed: { version: busVersion },
  repaired: { version: busVersion, isRepair: true },
  removed: { version: tagVersion, tags: 'removed' },
  expired: { version: tagVersion, tags: 'expired' },
};

/** The keys of one namespace that are to be announced. */
type PendingKeys = Set<SanitizedKey> | 'everything';

interface PublisherParts {
  readonly bus: InvalidationBus;
  /** The name of this cache on the bus. */
  readonly node: string;
  /** Keys that are kept to be announced. */
  readonly limit: number;
  readonly clock: Clock;
  readonly background: Background;
  readonly onFailure: (error: unknown) => void;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/**
 * Announces the changes of this process: one message a turn for all keys of a namespace.
 * A message that could not be sent is sent later; past `limit` keys it says "everything".
 */
export class InvalidationPublisher {
  readonly #bus: InvalidationBus;
  readonly #node: string;
  readonly #limit: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #clock: Clock;
  readonly #afterTurn: (task: () => void) => void;
  readonly #background: Background;
  #outbox: Readonly<Record<InvalidationKind, Map<string, PendingKeys>>> = emptyOutbox();
  #sequence = 0;
  /** The announcements of the present turn; resolves with whether they were sent. */
  #turn: Promise<boolean> | undefined;
  #retry: Cancel | undefined;
  readonly #backoff = new Backoff(firstRetryMs, longestRetryMs);
  #closed = false;

  constructor({ afterTurn, background, bus, clock, limit, node, onFailure }: PublisherParts) {
    this.#onFailure = onFailure;
    this.#bus = bus;
    this.#node = node;
    this.#limit = limit;
    this.#clock = clock;
    this.#afterTurn = afterTurn;
    this.#background = background;
  }

  /** @returns whether the other processes were notified; otherwise they are as soon as a connection is back */
  announce(namespace: string, keys: InvalidKeys, kind: InvalidationKind): Promise<boolean> {
    this.#note(namespace, keys, kind);
    if (this.#closed) return Promise.resolve(false);
    this.#turn ??= new Promise((resolve) => {
      this.#afterTurn(() => {
        this.#turn = undefined;
        const flush = this.#flush();
        this.#background.track(flush);
        resolve(flush);
      });
    });
    return this.#turn;
  }

  /** Sends what could not be sent, at once: a connection is back. */
  resend(): void {
    if (this.#retry !== undefined) this.#background.track(this.#flush());
  }

  /** Sends the remaining messages, once. */
  async close(): Promise<void> {
    await this.#turn;
    this.#closed = true;
    await this.#flush();
  }

  /** Never rejects. */
  async #flush(): Promise<boolean> {
    this.#retry?.();
    this.#retry = undefined;
    const pending = this.#outbox;
    this.#outbox = emptyOutbox();
    const messages = Object.entries(marks).flatMap(([kind, mark]) => this.#messages(pending[kind as InvalidationKind], mark));
    const sent = await Promise.all(messages.map((message) => this.#send(message)));
    return sent.every(Boolean);
  }

  #note(namespace: string, keys: InvalidKeys, kind: InvalidationKind): void {
    const pending = this.#outbox[kind];
    const noted = pending.get(namespace) ?? new Set();
    if (noted === 'everything' || keys === 'everything' || noted.size + keys.length > this.#limit) {
      // Everything is more than the entries of some tags.
      pending.delete(namespace);
      this.#outbox[kind === 'repaired' ? kind : 'changed'].set(namespace, 'everything');
      return;
    }
    for (const key of keys) noted.add(key);
    pending.set(namespace, noted);
  }

  #messages(pending: ReadonlyMap<string, PendingKeys>, mark: Mark): InvalidationMessage[] {
    return [...pending].flatMap(([namespace, of]) => {
      const portions = of === 'everything' ? [of] : portioned(of);
      return portions.map((keys) => ({ node: this.#node, sequence: ++this.#sequence, namespace, keys, ...mark }));
    });
  }

  /** A message that was not sent leaves a hole in the sequence: receivers notice it, and drop all entries of L1. */
  async #send(message: InvalidationMessage): Promise<boolean> {
    try {
      await this.#bus.publish(message);
      this.#backoff.reset();
      return true;
    } catch (error) {
      this.#onFailure(error);
      this.#note(message.namespace, message.keys as InvalidKeys, kindOf(message));
      this.#retryLater();
      return false;
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

function kindOf({ isRepair, tags }: InvalidationMessage): InvalidationKind {
  return tags ?? (isRepair === true ? 'repaired' : 'changed');
}

function emptyOutbox(): Readonly<Record<InvalidationKind, Map<string, PendingKeys>>> {
  return { changed: new Map(), repaired: new Map(), removed: new Map(), expired: new Map() };
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
