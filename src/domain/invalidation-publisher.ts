import type { CacheKey } from '../ports/cache-key';
import type { Cancel, Clock } from '../ports/clock';
import type { InvalidationBus, InvalidationMessage } from '../ports/invalidation-bus';
import type { Background } from './background';
import { busVersion } from './invalidation-listener';

/** In UTF-16 units: at most three bytes each, so that no message is longer than 64 KiB. */
const longestMessage = 20_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

/** What one namespace has to say. */
type News = Set<CacheKey> | 'everything';

/**
 * Tells the other processes what was changed here: once a turn for all keys of it.
 * What could not be sent is sent later; past `limit` keys it is sent as "everything".
 */
export class InvalidationPublisher {
  readonly #bus: InvalidationBus;
  readonly #node: string;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #background: Background;
  #news = new Map<string, News>();
  #sequence = 0;
  #cancel: Cancel | undefined;
  #retryMs = firstRetryMs;
  #closed = false;

  constructor(bus: InvalidationBus, node: string, limit: number, clock: Clock, background: Background) {
    this.#bus = bus;
    this.#node = node;
    this.#limit = limit;
    this.#clock = clock;
    this.#background = background;
  }

  announce(namespace: string, keys: readonly CacheKey[] | 'everything'): void {
    this.#note(namespace, keys);
    this.#flushAfter(0);
  }

  /** Sends what is left, once. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#closed = true;
    await this.#flush();
  }

  /** Never rejects. */
  async #flush(): Promise<void> {
    const news = this.#news;
    this.#news = new Map();
    await Promise.all([...news].flatMap(([namespace, keys]) => this.#messages(namespace, keys)).map((message) => this.#send(message)));
  }

  #note(namespace: string, keys: readonly CacheKey[] | 'everything'): void {
    const noted = this.#news.get(namespace) ?? new Set();
    if (noted === 'everything' || keys === 'everything' || noted.size + keys.length > this.#limit) {
      this.#news.set(namespace, 'everything');
      return;
    }
    for (const key of keys) noted.add(key);
    this.#news.set(namespace, noted);
  }

  #messages(namespace: string, news: News): InvalidationMessage[] {
    const portions = news === 'everything' ? [news] : portioned(news);
    return portions.map((keys) => ({ version: busVersion, node: this.#node, sequence: ++this.#sequence, namespace, keys }));
  }

  /** A message that was not sent leaves a hole in the sequence: receivers notice it, and drop more than they had to. */
  async #send(message: InvalidationMessage): Promise<void> {
    try {
      await this.#bus.publish(message);
      this.#retryMs = firstRetryMs;
    } catch {
      this.#note(message.namespace, message.keys as readonly CacheKey[] | 'everything');
      this.#flushAfter(this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    }
  }

  #flushAfter(delayMs: number): void {
    if (this.#cancel !== undefined || this.#closed) return;
    this.#cancel = this.#clock.schedule(delayMs, () => {
      this.#cancel = undefined;
      this.#background.track(this.#flush());
    });
  }
}

function portioned(keys: Iterable<CacheKey>): CacheKey[][] {
  const portions: CacheKey[][] = [];
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
