import type CircuitBreaker from 'opossum';
import { CacheError } from '../../domain/cache-error';
import type { BreakerState } from '../../domain/l2/remote-tier';
import type { BreakerSettings } from '../../domain/options/settings';
import type { Clock } from '../../ports/clock';
import { requirePeer } from '../system/require-peer';

type Call = () => Promise<unknown>;

type Opossum = CircuitBreaker<[call: Call, deadlineMs: number]>;

/** The steps in which the window moves on. */
const buckets = 5;

/** In percent. opossum opens above its threshold, and our setting is the rate that opens. */
const belowThreshold = 1e-6;

/** What is asked when the circuit was open for long enough. It has to end: opossum waits for it for ever. */
interface Trial {
  readonly call: Call;
  readonly deadlineMs: number;
}

/**
 * An opossum breaker between `start` and `stop`. Callers pass while it is closed, and then only: the trial is the circuit's own,
 * so that nobody waits for a server that failed a moment ago.
 */
export class Circuit {
  readonly #Opossum: typeof CircuitBreaker;
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  readonly #trial: Trial;
  readonly #onMove: (state: BreakerState) => void;
  /** One for all calls: an outage makes thousands, and a stack trace for each would cost more than the call does. */
  readonly #refusal = new CacheError('CACHE_TIER_UNAVAILABLE', 'layer 2 is not called: the circuit breaker is not closed');
  #breaker: Opossum | undefined;

  /**
   * @param onMove - told of each change of {@link state}
   * @throws CacheError `CACHE_DEPENDENCY_MISSING` without opossum
   */
  constructor(settings: BreakerSettings, clock: Clock, trial: Trial, onMove: (state: BreakerState) => void) {
    this.#Opossum = requirePeer(
      'opossum',
      'the circuit breaker (breaker: false does without)',
      () => require('opossum') as typeof CircuitBreaker,
    );
    this.#settings = settings;
    this.#clock = clock;
    this.#trial = trial;
    this.#onMove = onMove;
  }

  /** `undefined` while it does not run. */
  get state(): BreakerState | undefined {
    if (this.#breaker === undefined) return undefined;
    if (this.#breaker.halfOpen) return 'half-open';
    return this.#breaker.closed ? 'closed' : 'open';
  }

  get isClosed(): boolean {
    return this.#breaker?.closed === true;
  }

  /** Begins anew: closed, and with nothing counted. */
  start(onChange: () => void): void {
    this.stop();
    const breaker = this.#newBreaker();
    breaker.on('open', () => this.#onMove('open'));
    breaker.on('close', () => this.#onMove('closed'));
    breaker.on('halfOpen', () => this.#onMove('half-open'));
    breaker.on('open', onChange);
    breaker.on('close', onChange);
    breaker.on('halfOpen', () => void this.#try(breaker));
    this.#breaker = breaker;
  }

  stop(): void {
    this.#breaker?.shutdown();
    this.#breaker = undefined;
  }

  /**
   * What takes nearly as long as its deadline counts as failed, and answers its caller nevertheless.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` while the circuit is not closed
   */
  pass<T>(call: () => Promise<T>, deadlineMs: number): Promise<T> {
    const breaker = this.#breaker;
    if (breaker?.closed !== true) return Promise.reject(this.#refusal);
    return breaker.fire(call, deadlineMs).catch(slowAnswer) as Promise<T>;
  }

  /** opossum writes into the options that it is given. */
  #newBreaker(): Opossum {
    const { failureRate, minimumCalls, resetTimeoutMs, windowMs } = this.#settings;
    return new this.#Opossum((call, deadlineMs) => this.#judge(call, deadlineMs), {
      name: 'tiercel',
      timeout: false, // the calls bring their deadlines
      errorThresholdPercentage: 100 * failureRate - belowThreshold,
      volumeThreshold: minimumCalls,
      resetTimeout: resetTimeoutMs,
      rollingCountTimeout: windowMs,
      rollingCountBuckets: buckets,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: isAnswer,
    });
  }

  /** By the wall clock: `elapsed` may lag by a computation that ended before the call began. A jump misjudges a few calls. */
  async #judge(call: Call, deadlineMs: number): Promise<unknown> {
    const startedAt = this.#clock.now();
    const answer = await call();
    const tookMs = this.#clock.now() - startedAt;
    if (tookMs > deadlineMs * this.#settings.slowCallRatio) throw new SlowAnswer(answer);
    return answer;
  }

  /** How it ends is told by the breaker's own events. */
  async #try(breaker: Opossum): Promise<void> {
    await breaker.fire(this.#trial.call, this.#trial.deadlineMs).catch(() => undefined);
  }
}

function slowAnswer(error: unknown): unknown {
  if (error instanceof SlowAnswer) return error.answer;
  throw error;
}

/** The server is there and says no. */
function isAnswer(error: unknown): boolean {
  return error instanceof CacheError && (error.code === 'CACHE_WRITE_REFUSED' || error.code === 'CACHE_PAYLOAD_REJECTED');
}

/** Takes an answer past opossum, which has to count a failure, to the caller, who has to get it. */
class SlowAnswer extends Error {
  constructor(readonly answer: unknown) {
    super('the answer was slow');
  }
}
