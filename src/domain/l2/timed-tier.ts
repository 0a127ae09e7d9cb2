import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import type { Reporter } from '../events/reporter';
import type { Backlog } from './recovery';
import type { CommandKind, L2Numbers, ReadReply, RemoteTier, WriteFate, TierHealth } from './remote-tier';

const timed = { store: 'l2Set', delete: 'l2Delete', clear: 'l2Clear', erase: 'l2Clear' } as const;

/** L2 as one namespace uses it. Its writes of entries are timed, if they are sent at once; its reader times the reads. */
export class TimedTier implements RemoteTier {
  readonly #inner: RemoteTier;
  readonly #reporter: Reporter;
  readonly #clock: Clock;

  constructor(inner: RemoteTier, reporter: Reporter, clock: Clock) {
    this.#inner = inner;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#inner.isOpen;
  }

  get canErase(): boolean {
    return this.#inner.canErase;
  }

  get numbers(): L2Numbers | undefined {
    return this.#inner.numbers;
  }

  get isAway(): boolean {
    return this.#inner.isAway;
  }

  skip(): void {
    this.#inner.skip();
  }

  read(keys: readonly SanitizedKey[], calls: number): Promise<ReadReply> {
    return this.#inner.read(keys, calls);
  }

  send(kind: CommandKind, command: (store: Store) => Promise<void>): Promise<WriteFate> {
    if (kind === 'lease' || !this.#inner.isOpen) return this.#inner.send(kind, command);
    const began = this.#clock.precise();
    return this.#inner.send(kind, command).then((fate) => {
      this.#reporter.recordDuration(timed[kind], began);
      return fate;
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
}
