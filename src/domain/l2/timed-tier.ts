import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import type { Reporter } from '../events/reporter';
import type { Backlog } from './recovery';
import type { L2Numbers, RemoteTier, WriteFate, TierHealth, unreachable } from './remote-tier';
import type { WriteKind } from './tier-state';

const timed = { store: 'l2Set', delete: 'l2Delete', clear: 'l2Clear' } as const;

/** L2 as one namespace uses it, timed. Only calls that are sent at once are timed. */
export class TimedTier implements RemoteTier {
  readonly #inner: RemoteTier;
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  #burst: { readonly at: number; readonly began: number; count: number } | undefined;

  constructor(inner: RemoteTier, reporter: Reporter, clock: Clock) {
    this.#inner = inner;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#inner.isOpen;
  }

  get canClear(): boolean {
    return this.#inner.canClear;
  }

  get numbers(): L2Numbers | undefined {
    return this.#inner.numbers;
  }

  get(key: SanitizedKey): Promise<string | undefined | typeof unreachable> {
    const answer = this.#inner.get(key);
    if (this.#inner.isOpen) this.#time(answer);
    return answer;
  }

  send(kind: WriteKind | 'clear', command: (store: Store) => Promise<void>): Promise<WriteFate> {
    if (!this.#inner.isOpen) return this.#inner.send(kind, command);
    const began = this.#clock.precise();
    return this.#inner.send(kind, command).then((taken) => {
      this.#reporter.recordDuration(timed[kind], began);
      return taken;
    });
  }

  register(backlog: Backlog): void {
    this.#inner.register(backlog);
  }

  health(): TierHealth | undefined {
    return this.#inner.health();
  }

  start(): Promise<void> {
    return this.#inner.start();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Reads begun in one clock tick are usually one MGET: the first is timed, and weighted by their number. */
  #time(answer: Promise<unknown>): void {
    const at = this.#clock.elapsed();
    if (this.#burst?.at === at) {
      this.#burst.count++;
      return;
    }
    const burst = { at, count: 1, began: this.#clock.precise() };
    this.#burst = burst;
    void answer.then(() => {
      if (this.#burst === burst) this.#burst = undefined;
      this.#reporter.recordDuration('l2Get', burst.began, burst.count);
    });
  }
}
