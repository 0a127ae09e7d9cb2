import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { Health } from '../../ports/health-probe';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { CacheError, hasCode } from '../cache-error';
import { noFacts } from '../events/happening';
import type { CacheSettings } from '../options/settings';
import { withDeadline } from '../shared/deadline';
import { Recovery, type Backlog } from './recovery';
import { unreachable } from './remote-tier';
import type { BreakerState, CommandKind, L2Numbers, ReadReply, RemoteTier, TierHealth, WriteFate } from './remote-tier';
import { ServerIdentity } from './server-identity';
import { Suspicion } from './suspicion';
import type { TierReporter } from './tier-reporter';
import { initialTierState, nextTierState, type TierSignal, type TierState } from './tier-state';

type GateSettings = Pick<CacheSettings, 'clock' | 'deadlines' | 'startup' | 'startupTimeoutMs'>;

/**
 * Decides before every call whether L2 may be called. The answer is one field, so an outage costs a flag check and not a timeout per call.
 * The store of the driver must have deadlines: every call ends.
 */
export class TierGate implements RemoteTier {
  readonly #driver: StoreDriver;
  readonly #clock: Clock;
  readonly #settings: GateSettings;
  readonly #reporter: TierReporter;
  readonly #recovery: Recovery;
  readonly #breaker: (() => BreakerState | undefined) | undefined;
  #state: TierState;
  #isOpen = false;
  #opening: Promise<void> | undefined;
  /** Why the driver could not be opened. */
  #openFailure: string | undefined;
  #started: Promise<void> | undefined;
  /** Whether the first attempt to connect has ended. Until then calls wait for it, within their deadline. */
  #hasAttempted = false;
  #recovering: Promise<void> | undefined;
  #stopListening: () => void = () => undefined;
  #whenUp: (() => void) | undefined;
  #closed = false;
  readonly #suspicion = new Suspicion();
  readonly #identity: ServerIdentity;
  #whenClosed: () => void = () => undefined;
  readonly #untilClosed = new Promise<void>((resolve) => {
    this.#whenClosed = resolve;
  });

  /** @param breaker - the state of the breaker around the store, for `health` */
  constructor(driver: StoreDriver, settings: GateSettings, reporter: TierReporter, breaker?: () => BreakerState | undefined) {
    this.#driver = driver;
    this.#identity = new ServerIdentity(driver);
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#reporter = reporter;
    this.#breaker = breaker;
    this.#state = initialTierState(this.#clock.elapsed());
    this.#recovery = new Recovery(this.#clock, () => {
      this.#retry();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get canErase(): boolean {
    return this.#driver.canClear !== false;
  }

  get numbers(): L2Numbers {
    return this.#reporter;
  }

  get isAway(): boolean {
    return this.#hasAttempted && !this.#isOpen;
  }

  skip(): void {
    this.#reporter.report('skip', noFacts);
  }

  async read(keys: readonly SanitizedKey[], calls: number): Promise<ReadReply> {
    const leftMs = this.#isOpen ? Infinity : await this.#opens(this.#settings.deadlines.readMs, calls);
    if (leftMs === 0) return unreachable;
    const { answers } = this.#suspicion;
    const payloads = this.#within(leftMs, this.#driver.store.getMany(keys));
    return this.#suspicion.unlessRaised(payloads, (error) => this.#failed(error, answers, calls > 0));
  }

  async send(command: CommandKind, send: (store: Store) => Promise<void>): Promise<WriteFate> {
    const kind = command === 'store' || command === 'lease' ? 'store' : 'delete';
    if (command === 'erase' && !this.canErase) return 'unsupported';
    const leftMs = this.#isOpen ? Infinity : await this.#opens(this.#deadlineOf(command));
    if (leftMs === 0) {
      // The caller remembers the key now, which may be just after recovery has ended.
      this.#recovery.retryLater();
      return 'not-sent';
    }
    const { answers } = this.#suspicion;
    try {
      await this.#within(leftMs, send(this.#driver.store));
      this.#suspicion.answered(undefined);
      this.#signal({ name: 'writeApplied', kind });
      return 'applied';
    } catch (error) {
      // It takes as long as the server has keys.
      this.#failed(error, command === 'erase' ? -1 : answers);
      if (hasCode(error, 'CACHE_CLEAR_UNSUPPORTED')) return 'unsupported';
      if (hasCode(error, 'CACHE_WRITE_REFUSED')) this.#signal({ name: 'writeRefused', kind, reason: error.message });
      this.#recovery.retryLater();
      return 'unknown';
    }
  }

  #deadlineOf(command: CommandKind): number {
    const { clearMs, readMs, writeMs } = this.#settings.deadlines;
    if (command === 'erase') return clearMs;
    return command === 'lease' ? readMs : writeMs;
  }

  /** @param answers - their number when the call was sent; -1 for a call that raises no suspicion */
  #failed(error: unknown, answers: number, isCounted = true): CacheError | typeof unreachable {
    if (isCounted) this.#reporter.report('failure', { error });
    if (this.#isOpen && this.#suspicion.isRaisedBy(error, answers)) this.#suspect();
    return error instanceof CacheError ? error : unreachable;
  }

  #suspect(): void {
    this.#signal({ name: 'late' });
    this.#suspicion.raise();
    void this.#ping().then(
      (isRepeated) => {
        this.#signal({ name: 'answered' });
        if (isRepeated) void this.#recover();
      },
      (error: unknown) => {
        this.#signal({ name: 'unanswered', reason: messageOf(error) });
        this.#recovery.retryLater();
      },
    );
  }

  /** Rejects without an answer of each server. If one is another than before, what it may lack becomes pending, and the answer is `true`. */
  async #ping(): Promise<boolean> {
    await this.#suspicion.ping(this.#driver.store);
    const isAnother = await this.#within(this.#settings.deadlines.writeMs, this.#identity.hasChanged());
    if (isAnother) this.#recovery.repeatRecent();
    return isAnother;
  }

  register(backlog: Backlog): void {
    this.#recovery.register(backlog);
  }

  health(): TierHealth {
    const state = this.#state;
    const began = state.name === 'suspect' ? state.upSince : state.since;
    const since = this.#clock.now() - (this.#clock.elapsed() - began);
    return {
      state: state.name === 'suspect' ? 'up' : state.name,
      since,
      reason: this.#reason(),
      driver: this.#driver.name,
      pending: this.#recovery.pending,
      breaker: this.#breaker?.(),
      bus: this.#driver.bus?.probe.health,
    };
  }

  start(): Promise<void> {
    this.#started ??= this.#connect().then(() => this.#require());
    return this.#started;
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#recovery.stop();
    this.#isOpen = false;
    this.#hasAttempted = true;
    this.#closed = true;
    this.#whenClosed();
    await this.#driver.close();
  }

  #connect(): Promise<void> {
    this.#opening ??= Promise.race([this.#open(), this.#untilClosed]);
    return this.#opening;
  }

  /** Never rejects: a driver that cannot open is an outage. */
  async #open(): Promise<void> {
    this.#stopListening = this.#driver.probe.onChange((health) => {
      this.#onHealth(health);
    });
    this.#openFailure = await this.#openDriver();
    if (this.#driver.probe.health === 'up') await this.#recover();
    else this.#signal({ name: 'lost', reason: this.#openFailure ?? this.#driver.probe.reason ?? 'it did not answer' });
    this.#hasAttempted = true;
  }

  async #openDriver(): Promise<string | undefined> {
    try {
      await this.#driver.open();
      return undefined;
    } catch (error) {
      return error instanceof CacheError ? error.message : 'it could not be opened';
    }
  }

  async #require(): Promise<void> {
    if (this.#settings.startup === 'lazy' || this.#isOpen) return;
    const up = new Promise<void>((resolve) => {
      this.#whenUp = resolve;
    });
    await withDeadline(Promise.race([up, this.#untilClosed]), this.#settings.startupTimeoutMs, this.#clock, () => {
      const waited = `startup: L2 (${this.#driver.name}) was not up within ${String(this.#settings.startupTimeoutMs)} ms`;
      return new CacheError('CACHE_TIER_UNAVAILABLE', `${waited}: ${this.#reason() ?? 'no reason given'}`);
    });
    if (this.#closed) throw new CacheError('CACHE_CLOSED', 'start: the cache was closed');
  }

  /** Waits for the first connection. Returns the milliseconds that are left of the deadline; 0 if L2 is not open. */
  async #opens(deadlineMs: number, calls = 1): Promise<number> {
    const began = this.#clock.elapsed();
    if (!this.#hasAttempted) await this.#within(deadlineMs, this.#connect()).catch(() => undefined);
    if (this.#isOpen) return Math.max(1, deadlineMs - (this.#clock.elapsed() - began));
    for (let i = 0; i < calls; i += 1) this.skip();
    return 0;
  }

  /** The store keeps the whole deadline; a call that had to wait for the connection has less. */
  #within<T>(leftMs: number, call: Promise<T>): Promise<T> {
    if (leftMs === Infinity) return call;
    return withDeadline(call, leftMs, this.#clock, () => new CacheError('CACHE_TIER_UNAVAILABLE', 'L2 did not answer in time'));
  }

  #onHealth(health: Health): void {
    if (health === 'down') {
      this.#signal({ name: 'lost', reason: this.#driver.probe.reason ?? 'no reason given' });
      return;
    }
    this.#openFailure = undefined;
    this.#retry();
  }

  #retry(): void {
    if (this.#driver.probe.health === 'down') return;
    this.#signal({ name: 'reachable' });
    void this.#recover();
  }

  /** Never rejects. One recovery at a time: a second one would delete the same keys again. */
  #recover(): Promise<void> {
    this.#recovering ??= this.#drain().finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #drain(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#ping();
      const deleted = await this.#recovery.drain(this.#driver.store);
      this.#signal({ name: 'recovered', deleted });
    } catch (error) {
      this.#reporter.report('failure', { error });
      this.#signal(
        hasCode(error, 'CACHE_WRITE_REFUSED')
          ? { name: 'writeRefused', kind: 'delete', reason: error.message }
          : { name: 'recoveryFailed', reason: messageOf(error) },
      );
    }
    if (!this.#isOpen || this.#recovery.pending > 0) this.#recovery.retryLater();
  }

  #signal(signal: TierSignal): void {
    if (this.#closed) return;
    const from = this.#state;
    const to = nextTierState(from, signal, this.#clock.elapsed());
    if (to === from) return;
    if (from.name === 'up') this.#recovery.forgetOld();
    this.#state = to;
    this.#isOpen = to.name === 'up';
    this.#reporter.transitioned(from, to);
    if (this.#isOpen) this.#whenUp?.();
  }

  /** The newest reason of the probe: first that the connection is lost, later why it cannot be made again. */
  #reason(): string | undefined {
    if (this.#state.name === 'down') return this.#openFailure ?? this.#driver.probe.reason ?? this.#state.reason;
    return this.#state.name === 'recovering' ? undefined : (this.#state.refusal?.reason ?? this.#recovery.problem);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given';
}
