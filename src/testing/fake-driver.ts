import type { Clock } from '../ports/clock';
import type { StoreDriver } from '../ports/driver';
import type { InvalidationBus } from '../ports/invalidation-bus';
import { FakeProbe } from './fake-probe';
import { FakeStore } from './fake-store';

export interface FakeDriverOptions {
  readonly clock: Clock;
  /** @defaultValue none */
  readonly bus?: InvalidationBus;
}

/** An L2 for tests. Use `store` and `probe` to make one of them fail alone. */
export class FakeDriver implements StoreDriver {
  readonly name = 'fake';
  readonly store: FakeStore;
  readonly probe = new FakeProbe();
  readonly bus: InvalidationBus | undefined;
  #open = false;

  constructor(options: FakeDriverOptions) {
    this.store = new FakeStore(options.clock);
    this.bus = options.bus;
  }

  /** Whether it was opened, and not closed since. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** The server is lost, and the probe knows. */
  goAway(reason?: string): void {
    this.store.fail();
    this.probe.down(reason);
  }

  /** The server is back, and the probe knows. */
  comeBack(): void {
    this.store.heal();
    this.probe.up();
  }

  open(): Promise<void> {
    this.#open = true;
    this.probe.start();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#open = false;
    this.probe.stop();
    return Promise.resolve();
  }
}
